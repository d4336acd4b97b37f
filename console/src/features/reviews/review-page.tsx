import { EditOutlined, FilePdfOutlined, PictureOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { closeReview, deleteReview, paperAddress, reviewNumbersQuery, reviewQuery } from "@/api/reviews";
import type { Review, ReviewNumbers } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { ActionsPanel } from "./actions-panel";
import { CausesPanel, DonePanel, ResultsPanel, TrendPanel } from "./numbers-panels";
import { PictureDialog } from "./picture-dialog";
import { reviewsTexts } from "./reviews-texts";
import styles from "./reviews.module.css";

function Actions({ review, numbers }: { review: Review; numbers: ReviewNumbers | undefined }) {
  const t = useTexts(reviewsTexts);
  const { language } = useLanguage();
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const [isShown, setShown] = useState(false);
  const id = review.review_id;
  const close = useMutation({
    mutationFn: () => closeReview(id),
    onSuccess: async (answer) => {
      queryClient.setQueryData(["review", id], answer);
      notices.done(t.closedNow);
      await queryClient.invalidateQueries({ queryKey: ["review-numbers", id] });
      await queryClient.invalidateQueries({ queryKey: ["reviews"] });
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteReview(id),
    onSuccess: async () => {
      notices.done(t.deleted);
      await queryClient.invalidateQueries({ queryKey: ["reviews"] });
      await navigate("/reviews");
    },
    onError: notices.failed,
  });
  const ask = (title: string, content: string, onOk: () => void, danger = false) =>
    modal.confirm({ title, content, okText: title, cancelText: t.cancel, okButtonProps: { danger }, onOk });
  const isOpen = !review.closed_at;
  return (
    <>
      {may(rights.writeReviews) && isOpen && (
        <>
          <Button
            danger
            type="text"
            onClick={() => ask(t.delete, t.deleteQuestion, () => remove.mutate(), true)}
          >
            {t.delete}
          </Button>
          <Button icon={<EditOutlined aria-hidden />} onClick={() => void navigate(`/reviews/${id}/edit`)}>
            {t.edit}
          </Button>
        </>
      )}
      {numbers && (
        <>
          <Button icon={<PictureOutlined aria-hidden />} onClick={() => setShown(true)}>
            {t.news}
          </Button>
          <Button icon={<FilePdfOutlined aria-hidden />} href={paperAddress(id, language)} download>
            {t.paper}
          </Button>
        </>
      )}
      {may(rights.publishReviews) && isOpen && (
        <Button
          type="primary"
          loading={close.isPending}
          disabled={!numbers}
          onClick={() => ask(t.close, t.closeQuestion, () => close.mutate())}
        >
          {t.close}
        </Button>
      )}
      {isShown && numbers && (
        <PictureDialog review={review} numbers={numbers} onClose={() => setShown(false)} />
      )}
    </>
  );
}

function Words({ review }: { review: Review }) {
  const t = useTexts(reviewsTexts);
  const { went_well: well, went_badly: badly } = review.definition;
  return (
    <Panel title={t.words}>
      {!well && !badly && <p className={styles.quiet}>{t.noWords}</p>}
      <div className={styles.words}>
        {well && (
          <div>
            <h3>{t.wentWell}</h3>
            <p>{well}</p>
          </div>
        )}
        {badly && (
          <div>
            <h3>{t.wentBadly}</h3>
            <p>{badly}</p>
          </div>
        )}
      </div>
    </Panel>
  );
}

function Lead({ review, numbers }: { review: Review; numbers: ReviewNumbers | undefined }) {
  const t = useTexts(reviewsTexts);
  const time = useTimeFormat();
  const { definition } = review;
  const plan = review.names.find((each) => each.definition_id === definition.plan_id);
  const told = numbers && [
    (numbers.is_frozen ? t.frozen : t.live)(time.full(numbers.as_of)),
    numbers.unit_name && t.ofUnit(numbers.unit_name),
    numbers.is_partial && t.partial,
  ];
  return (
    <div className={styles.lead}>
      <StatusTag tone={review.closed_at ? "quiet" : "brand"}>
        {review.closed_at ? t.closed : t.open}
      </StatusTag>
      <span>{t.days(time.day(definition.begins_on), time.day(definition.ends_on))}</span>
      {plan && <Link to={`/plans/${plan.definition_id}`}>{plan.name}</Link>}
      {told && <span className={styles.quiet}>{told.filter(Boolean).join(" · ")}</span>}
    </div>
  );
}

/** One review: what came of it, why, what was done, what was learned and what is to be done. */
export function ReviewPage() {
  const t = useTexts(reviewsTexts);
  const may = useMay();
  const reviewId = Number(useParams().reviewId);
  const { data: review, error, refetch } = useQuery(reviewQuery(reviewId));
  const hasNumbers = may(rights.readMetrics);
  const numbers = useQuery({ ...reviewNumbersQuery(reviewId), enabled: hasNumbers });
  if (error && !review) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  const found = numbers.data;
  return (
    <Page
      title={review?.name ?? t.title}
      back={{ to: "/reviews", label: t.title }}
      lead={review && <Lead review={review} numbers={found} />}
      actions={review && <Actions review={review} numbers={found} />}
    >
      {!review ? (
        <Skeleton height={320} />
      ) : (
        <div className={styles.stack}>
          {found ? (
            <ResultsPanel numbers={found} />
          ) : numbers.error ? (
            <Panel>
              <ErrorState error={numbers.error} onRetry={() => void numbers.refetch()} />
            </Panel>
          ) : (
            hasNumbers && <Skeleton height={240} />
          )}
          {found && <TrendPanel numbers={found} />}
          <div className={styles.columns}>
            <div className={styles.stack}>
              {found && <CausesPanel numbers={found} />}
              {found && <DonePanel numbers={found} />}
            </div>
            <div className={styles.stack}>
              <Words review={review} />
              <ActionsPanel review={review} />
            </div>
          </div>
        </div>
      )}
    </Page>
  );
}
