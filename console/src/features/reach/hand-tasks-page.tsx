import { CheckOutlined, CopyOutlined, SendOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { endHandTask, handTasksQuery } from "@/api/reach";
import type { HandTask, HandTaskState } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { AttachmentList } from "@/shared/materials/attachment-list";
import { plainMessage } from "@/shared/materials/plain-message";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { copyText } from "@/shared/ui/copy-text";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { reachTexts } from "./reach-texts";
import styles from "./reach.module.css";

function Task({ task }: { task: HandTask }) {
  const t = useTexts(reachTexts).byHand;
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const ending = useMutation({
    mutationFn: endHandTask,
    onSuccess: async (_, { sent }) => {
      notices.done(sent ? t.sentDone : t.skippedDone);
      await queryClient.invalidateQueries({ queryKey: ["reach", "hand-tasks"] });
    },
    onError: notices.failed,
  });
  const end = (sent: boolean) => ending.mutate({ messageId: task.message_id, sent });
  const copy = () =>
    void copyText(plainMessage(task.body, task.link_url, task.attachments)).then(
      () => notices.done(t.copied),
      notices.failed,
    );
  return (
    <li className={styles.task} aria-label={task.customer}>
      <div className={styles.channelHead}>
        <Link to={`/customers/${task.customer_id}`}>{task.customer}</Link>
        <span className={styles.quiet}>
          {task.staff && `${t.by(task.staff)} · `}
          <When at={task.ended_at ?? task.created_at} />
          {task.expires_at && task.state === "open" && (
            <>
              {" · "}
              {t.expires} <When at={task.expires_at} />
            </>
          )}
        </span>
      </div>
      <div className={styles.text}>
        <div className={styles.textTitle}>{task.title}</div>
        {task.body}
        {task.link_url && `\n${task.link_url}`}
      </div>
      <AttachmentList attachments={task.attachments} />
      {task.state === "open" && (
        <span className={styles.actions}>
          <Button icon={<CopyOutlined aria-hidden />} onClick={copy}>
            {t.copy}
          </Button>
          {may(rights.writeContacts) && (
            <>
              <Button
                type="primary"
                icon={<CheckOutlined aria-hidden />}
                loading={ending.isPending}
                onClick={() => end(true)}
              >
                {t.sent}
              </Button>
              <Button type="text" disabled={ending.isPending} onClick={() => end(false)}>
                {t.skip}
              </Button>
            </>
          )}
        </span>
      )}
    </li>
  );
}

/** What staff are to copy and send by hand, where no other channel reaches a customer. */
export function HandTasksPage() {
  const t = useTexts(reachTexts).byHand;
  const [state, setState] = useState<HandTaskState>("open");
  const list = useInfiniteQuery(handTasksQuery(state));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <Page title={t.title} lead={t.lead}>
      <div className={styles.stack}>
        <div>
          <Segmented<HandTaskState>
            aria-label={t.tabs}
            value={state}
            options={(["open", "done", "skipped"] as const).map((value) => ({ value, label: t[value] }))}
            onChange={setState}
          />
        </div>
        <Panel flush>
          {list.error && !rows ? (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          ) : rows?.length === 0 ? (
            <EmptyState icon={<SendOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
          ) : (
            <ul className={styles.tasks}>
              {rows?.map((task) => (
                <Task key={task.message_id} task={task} />
              ))}
            </ul>
          )}
          <LoadMore query={list} />
        </Panel>
      </div>
    </Page>
  );
}
