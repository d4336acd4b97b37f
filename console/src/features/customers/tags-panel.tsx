import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { customerTagsQuery, tagCustomer, tagHistoryQuery } from "@/api/tags";
import type { BorneTag, Customer, Tagging, TagDeed } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { TagChip } from "@/shared/tags/tag-chip";
import { TagSelect } from "@/shared/tags/tag-select";
import { tagWords } from "@/shared/tags/tag-words";
import { UntilField, endAfter } from "@/shared/tags/until-field";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { tagsTexts } from "./tags-texts";
import styles from "./tags-panel.module.css";

/** Gives and takes tags, and lets all that shows them look anew. */
function useTagging(customerId: number, onDone: (tagging: Partial<Tagging>) => void) {
  const notices = useNotices();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (tagging: Partial<Tagging>) => tagCustomer(customerId, tagging),
    onSuccess: async (_, tagging) => {
      onDone(tagging);
      await Promise.all(
        ["customer-tags", "tag-history", "timeline"].map((key) =>
          queryClient.invalidateQueries({ queryKey: [key, customerId] }),
        ),
      );
    },
    onError: notices.failed,
  });
}

interface DialogProps {
  customerId: number;
  onClose: () => void;
}

function AddDialog({ customerId, borne, onClose }: DialogProps & { borne: readonly BorneTag[] }) {
  const t = useTexts(tagsTexts);
  const words = useTexts(tagWords);
  const notices = useNotices();
  const [tagId, setTagId] = useState<number | null>(null);
  const [days, setDays] = useState(0);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const tagging = useTagging(customerId, () => {
    notices.done(t.added);
    onClose();
  });
  const submit = () => {
    setTried(true);
    if (tagId !== null) tagging.mutate({ add: [tagId], reason, expires_at: endAfter(days) });
  };
  return (
    <Modal
      open
      title={t.add}
      okText={t.add}
      cancelText={words.cancel}
      confirmLoading={tagging.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={words.tag} error={tried && tagId === null ? words.pick : null}>
          {(control) => (
            <TagSelect
              control={control}
              value={tagId}
              without={new Set(borne.map((each) => each.tag_id))}
              onChange={setTagId}
            />
          )}
        </Field>
        <UntilField days={days} onChange={setDays} />
        <Field label={words.reason} note={words.reasonNote}>
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}

function Deed({ deed }: { deed: TagDeed }) {
  const t = useTexts(tagsTexts);
  const words = useTexts(tagWords);
  const how = deed.how in words.hows ? words.hows[deed.how as keyof typeof words.hows] : deed.how;
  return (
    <li className={styles.deed}>
      <span className={styles.head}>
        <span>
          {deed.is_given ? t.given : t.taken} <strong>{deed.tag}</strong>
        </span>
        <span className={styles.small}>
          <When at={deed.at} />
        </span>
      </span>
      <span className={styles.small}>
        {[deed.group, how, deed.by_name ?? t.system, deed.reason].filter(Boolean).join(" · ")}
      </span>
    </li>
  );
}

function HistoryDialog({ customerId, onClose }: DialogProps) {
  const t = useTexts(tagsTexts);
  const { data, error, refetch } = useQuery(tagHistoryQuery(customerId));
  return (
    <Modal
      open
      title={t.historyTitle}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{t.close}</Button>}
    >
      {error && !data ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonLines lines={4} />
      ) : data.rows.length === 0 ? (
        <p className={styles.quiet}>{t.noHistory}</p>
      ) : (
        <ul className={styles.deeds}>
          {data.rows.map((deed, place) => (
            <Deed key={place} deed={deed} />
          ))}
        </ul>
      )}
    </Modal>
  );
}

/** What a customer is marked with, and how they came to it. */
export function TagsPanel({ customer: { customer_id: customerId } }: { customer: Customer }) {
  const t = useTexts(tagsTexts);
  const words = useTexts(tagWords);
  const time = useTimeFormat();
  const may = useMay();
  const notices = useNotices();
  const { data, error, refetch } = useQuery(customerTagsQuery(customerId));
  const [opened, setOpened] = useState<"add" | "history" | null>(null);
  const nameOf = (tagId: number | undefined) => data?.rows.find((each) => each.tag_id === tagId)?.tag ?? "";
  const removal = useTagging(customerId, (tagging) => notices.done(t.removed(nameOf(tagging.remove?.[0]))));
  const close = () => setOpened(null);
  return (
    <Panel
      title={t.title}
      extra={
        <div className={styles.extra}>
          <Button size="small" type="text" onClick={() => setOpened("history")}>
            {t.history}
          </Button>
          {may(rights.applyTags) && data && (
            <Button size="small" onClick={() => setOpened("add")}>
              {t.add}
            </Button>
          )}
        </div>
      }
    >
      {error && !data ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonLines lines={1} />
      ) : data.rows.length === 0 ? (
        <p className={styles.quiet}>{t.none}</p>
      ) : (
        <ul className={styles.chips}>
          {data.rows.map((each) => (
            <li key={each.tag_id}>
              <TagChip
                colour={each.colour}
                name={each.tag}
                note={each.expires_at ? t.until(time.full(each.expires_at).slice(0, 10)) : undefined}
                title={`${each.group} · ${t.how(words.hows[each.how], each.by_name ?? t.system, time.full(each.given_at))}`}
                remove={
                  may(rights.applyTags)
                    ? { label: t.remove(each.tag), onRemove: () => removal.mutate({ remove: [each.tag_id] }) }
                    : undefined
                }
              />
            </li>
          ))}
        </ul>
      )}
      {opened === "add" && data && <AddDialog customerId={customerId} borne={data.rows} onClose={close} />}
      {opened === "history" && <HistoryDialog customerId={customerId} onClose={close} />}
    </Panel>
  );
}
