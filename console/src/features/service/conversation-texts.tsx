import { ReloadOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { serviceMessagesQuery } from "@/api/service";
import type { ServiceConversation, ServiceMessage } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { ReplyBox } from "./reply-box";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

function Words({ message }: { message: ServiceMessage }) {
  const t = useTexts(serviceTexts);
  if (message.state === "recalled") return <em>{t.recalled}</em>;
  if (message.text === null)
    return (
      <em>
        {message.kind === "text" || message.kind === "msgmenu"
          ? t.older
          : (t.kinds[message.kind] ?? t.otherKind)}
      </em>
    );
  return (
    <>
      {message.text}
      {message.questions.map((question) => (
        <span key={question} className={styles.question}>
          {question}
        </span>
      ))}
    </>
  );
}

function Line({ message }: { message: ServiceMessage }) {
  const t = useTexts(serviceTexts);
  const time = useTimeFormat();
  if (message.origin === "event")
    return (
      <li className={styles.happened}>
        {t.kinds[message.kind] ?? message.kind} ·{" "}
        <time dateTime={message.said_at}>{time.clock(message.said_at)}</time>
      </li>
    );
  const isTheirs = message.origin === "customer";
  const who = message.by_name || (message.origin === "servicer" ? message.by : "") || t.by[message.origin];
  return (
    <li className={isTheirs ? styles.theirs : styles.ours}>
      <p className={styles.who}>
        {isTheirs ? t.by.customer : who} ·{" "}
        <time dateTime={message.said_at} title={time.full(message.said_at)}>
          {time.clock(message.said_at)}
        </time>
        {message.state === "waiting" && ` · ${t.waitingToSend}`}
      </p>
      <p className={styles.bubble}>
        <Words message={message} />
      </p>
      {message.state === "failed" && (
        <p className={styles.fault}>{t.failed(t.reasons[message.reason] ?? t.otherReason)}</p>
      )}
    </li>
  );
}

/** What was said, for who may read it; each look is audited. Below it what may be said now. */
export function ConversationTexts({ row }: { row: ServiceConversation }) {
  const t = useTexts(serviceTexts);
  const may = useMay();
  const queryClient = useQueryClient();
  const { data, error, refetch, isFetching } = useQuery(serviceMessagesQuery(row.conversation_id));
  const look = () => {
    void refetch();
    void queryClient.invalidateQueries({ queryKey: ["conversation", row.conversation_id] });
  };
  return (
    <Panel
      title={t.said}
      note={t.saidNote}
      extra={
        <Button size="small" icon={<ReloadOutlined aria-hidden />} loading={isFetching} onClick={look}>
          {t.refresh}
        </Button>
      }
    >
      {error && !data ? (
        <ErrorState error={error} onRetry={look} />
      ) : !data ? (
        <SkeletonLines lines={6} />
      ) : data.rows.length === 0 ? (
        <p className={styles.quiet}>{t.nothingSaid}</p>
      ) : (
        <ol className={styles.talk}>
          {data.rows.map((message) => (
            <Line key={message.message_id} message={message} />
          ))}
        </ol>
      )}
      {may(rights.replyInService) && <ReplyBox row={row} onSaid={look} />}
    </Panel>
  );
}
