import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { useParams } from "react-router";
import { approvePost, cancelPost, postPlacesQuery, postQuery, refusePost } from "@/api/posts";
import type { PostOutcome, PostPlace, PostRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMayChange } from "@/shared/session/session-context";
import { MadeElsewhere } from "@/shared/ui/made-elsewhere";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { PhonePreview } from "../phone-preview";
import { asRead } from "./post-parts";
import { postsTexts } from "./posts-texts";
import styles from "./posts.module.css";

const TONES: Record<PostOutcome, Tone> = {
  held: "amber",
  waiting: "amber",
  sent: "brand",
  gone: "quiet",
  over_quota: "danger",
  not_confirmed: "quiet",
  refused: "danger",
  cancelled: "quiet",
  unknown: "danger",
};

/** One post: how far it is, and what became of it in each place. */
export function PostPage() {
  const t = useTexts(postsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const postId = Number(useParams().postId);
  const { data: post, error, refetch } = useQuery(postQuery(postId));
  const may = useMayChange(post);
  const cancel = useMutation({
    mutationFn: () => cancelPost(postId),
    onSuccess: async () => {
      notices.done(t.calledBack);
      await queryClient.invalidateQueries({ queryKey: ["posts"] });
      await queryClient.invalidateQueries({ queryKey: ["post-places", postId] });
    },
    onError: notices.failed,
  });
  if (error && !post) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  const isOpen = post?.outcomes.some(
    (each) => (each.outcome === "waiting" || each.outcome === "held") && each.count > 0,
  );
  const isHeld = post?.outcomes.some((each) => each.outcome === "held" && each.count > 0);
  return (
    <Page
      title={post?.name ?? t.newTitle}
      lead={post && `${t.kinds[post.definition.kind]} · ${t.by(post.asked_by)}`}
      back={{ to: "/sends/posts", label: t.back }}
      actions={
        post &&
        isOpen &&
        !cancel.isSuccess && (
          <>
            <MadeElsewhere row={post} right={rights.publishPosts} />
            {may(rights.publishPosts) && (
              <Popconfirm
                title={t.callBackAsk}
                okText={t.callBack}
                cancelText={t.cancel}
                onConfirm={() => cancel.mutate()}
              >
                <Button loading={cancel.isPending}>{t.callBack}</Button>
              </Popconfirm>
            )}
          </>
        )
      }
    >
      <div className={styles.stack}>
        {post && isHeld && <Held post={post} />}
        <Panel title={t.glance} extra={post && <When at={post.asked_at} />}>
          {post ? <Progress post={post} /> : <SkeletonLines lines={2} />}
        </Panel>
        {post && (
          <Panel title={t.message}>
            <PhonePreview content={asRead(post.definition.kind, post.definition.content)} />
          </Panel>
        )}
        {post && <Places post={post} />}
      </div>
    </Page>
  );
}

/** It waits for the word of somebody who did not ask for it. */
function Held({ post }: { post: PostRow }) {
  const { post_id: postId } = post;
  const t = useTexts(postsTexts);
  const may = useMayChange(post);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const decide = useMutation({
    mutationFn: (goes: boolean) => (goes ? approvePost(postId) : refusePost(postId)),
    onSuccess: async (_, goes) => {
      notices.done(goes ? t.approved : t.notApproved);
      await queryClient.invalidateQueries({ queryKey: ["posts"] });
      await queryClient.invalidateQueries({ queryKey: ["post-places", postId] });
    },
    onError: notices.failed,
  });
  return (
    <Panel title={t.held}>
      <div className={styles.foot}>
        <p className={styles.quiet}>{t.heldText}</p>
        {may(rights.approveSends) && (
          <div className={styles.decisions}>
            <Button danger disabled={decide.isPending} onClick={() => decide.mutate(false)}>
              {t.refuse}
            </Button>
            <Button type="primary" disabled={decide.isPending} onClick={() => decide.mutate(true)}>
              {t.approve}
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}

function Progress({ post }: { post: PostRow }) {
  const t = useTexts(postsTexts);
  const n = useNumberFormat();
  return (
    <dl className={styles.facts}>
      {post.outcomes.map((each) => (
        <div key={each.outcome}>
          <dt>{t.outcomes[each.outcome]}</dt>
          <dd>{n.whole(each.count)}</dd>
        </div>
      ))}
      {post.definition.kind === "moment" && (
        <>
          <div>
            <dt>{t.likes}</dt>
            <dd>{n.whole(post.likes)}</dd>
          </div>
          <div>
            <dt>{t.comments}</dt>
            <dd>{n.whole(post.comments)}</dd>
          </div>
        </>
      )}
    </dl>
  );
}

function Places({ post }: { post: PostRow }) {
  const t = useTexts(postsTexts);
  const n = useNumberFormat();
  const { kind } = post.definition;
  const list = useInfiniteQuery(postPlacesQuery(post.post_id));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<PostPlace>[] = [
    { key: "name", title: t.placeColumns.name, cell: (row) => row.name || t.unnamed(String(row.subject_id)) },
    {
      key: "outcome",
      title: t.placeColumns.outcome,
      cell: (row) => <StatusTag tone={TONES[row.outcome]}>{t.outcomes[row.outcome]}</StatusTag>,
    },
    ...(kind === "moment"
      ? ([
          {
            key: "likes",
            title: t.placeColumns.likes,
            align: "end",
            from: "medium",
            cell: (row) => n.whole(row.likes),
          },
          {
            key: "comments",
            title: t.placeColumns.comments,
            align: "end",
            from: "medium",
            cell: (row) => n.whole(row.comments),
          },
        ] satisfies Column<PostPlace>[])
      : []),
    { key: "when", title: t.placeColumns.when, from: "medium", cell: (row) => <When at={row.done_at} /> },
  ];
  return (
    <Panel flush title={t.places[kind]}>
      {list.error && !rows ? (
        <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable label={t.places[kind]} columns={columns} rows={rows} rowKey={(row) => row.subject_id} />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
