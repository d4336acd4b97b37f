import { useMutation } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { replyInService } from "@/api/service";
import type { ServiceConversation } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { useNotices } from "@/shared/ui/use-notices";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

const ANSWERS_MAX = 5;
const LENGTH_MAX = 680;

/** What is said to the customer from here; where nothing may be, why. */
export function ReplyBox({ row, onSaid }: { row: ServiceConversation; onSaid: () => void }) {
  const t = useTexts(serviceTexts);
  const time = useTimeFormat();
  const notices = useNotices();
  const [text, setText] = useState("");
  const send = useMutation({
    mutationFn: () => replyInService(row.conversation_id, text.trim()),
    onSuccess: () => {
      setText("");
      notices.done(t.sent);
      onSaid();
    },
    onError: notices.failed,
  });
  if (row.may_say)
    return <p className={styles.note}>{t.cannotReply(t.reasons[row.may_say] ?? t.otherReason)}</p>;
  return (
    <form
      className={styles.reply}
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <Input.TextArea
        aria-label={t.reply}
        placeholder={t.replyPlaceholder}
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={LENGTH_MAX}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={styles.replyFoot}>
        <span className={styles.quiet}>
          {row.closes_at &&
            t.left(ANSWERS_MAX - row.answers, `${time.day(row.closes_at)} ${time.clock(row.closes_at)}`)}
        </span>
        <Button type="primary" htmlType="submit" disabled={text.trim() === ""} loading={send.isPending}>
          {t.send}
        </Button>
      </div>
    </form>
  );
}
