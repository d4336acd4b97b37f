import { MessageOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { deleteQuickReply, quickRepliesQuery, saveQuickReply } from "@/api/content";
import type { QuickReply } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { TextWithPlaces } from "@/shared/materials/text-with-places";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { contentTexts } from "./content-texts";
import styles from "./content.module.css";

function Dialog({ reply, onClose }: { reply: QuickReply | null; onClose: () => void }) {
  const t = useTexts(contentTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [title, setTitle] = useState(reply?.title ?? "");
  const [body, setBody] = useState(reply?.body ?? "");
  const done = async (text: string) => {
    notices.done(text);
    await queryClient.invalidateQueries({ queryKey: ["quick-replies"] });
    onClose();
  };
  const saving = useMutation({
    mutationFn: () => saveQuickReply(reply?.reply_id ?? null, { title, body }),
    onSuccess: () => done(t.saved),
    onError: notices.failed,
  });
  const removing = useMutation({
    mutationFn: deleteQuickReply,
    onSuccess: () => done(t.removed),
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={reply ? t.editReply : t.newReply}
      okText={t.keepReply}
      cancelText={t.cancel}
      confirmLoading={saving.isPending}
      okButtonProps={{ disabled: !title.trim() || !body.trim() }}
      onOk={() => saving.mutate()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.name}>
          {(control) => (
            <Input
              {...control}
              maxLength={60}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.text} note={t.textNote}>
          {(control) => (
            <Input.TextArea
              {...control}
              maxLength={2000}
              autoSize={{ minRows: 3, maxRows: 10 }}
              value={body}
              onChange={(event) => setBody(event.target.value)}
            />
          )}
        </Field>
        {reply && (
          <span>
            <Button
              type="text"
              danger
              loading={removing.isPending}
              onClick={() => removing.mutate(reply.reply_id)}
            >
              {t.remove}
            </Button>
          </span>
        )}
      </div>
    </Modal>
  );
}

/** One's own quick replies. */
export function ReplyList() {
  const t = useTexts(contentTexts);
  const { data, error, refetch } = useQuery(quickRepliesQuery());
  const [open, setOpen] = useState<QuickReply | "new" | null>(null);
  const create = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen("new")}>
      {t.newReply}
    </Button>
  );
  return (
    <>
      {data && data.rows.length > 0 && (
        <div className={styles.bar}>
          <span className={styles.quiet}>{t.replyLead}</span>
          <span className={styles.spacer} />
          {create}
        </div>
      )}
      {error && !data ? (
        <Panel>
          <ErrorState error={error} onRetry={() => void refetch()} />
        </Panel>
      ) : !data ? (
        <Panel>
          <SkeletonLines lines={4} />
        </Panel>
      ) : data.rows.length === 0 ? (
        <Panel>
          <EmptyState
            icon={<MessageOutlined aria-hidden />}
            title={t.noReplies}
            text={t.replyLead}
            action={create}
          />
        </Panel>
      ) : (
        <ul className={styles.cards} aria-label={t.tabs.replies}>
          {data.rows.map((each) => (
            <li key={each.reply_id} className={styles.card}>
              <button type="button" className={styles.name} onClick={() => setOpen(each)}>
                {each.title}
              </button>
              <p className={styles.text}>
                <TextWithPlaces text={each.body} />
              </p>
            </li>
          ))}
        </ul>
      )}
      {open && (
        <Dialog
          key={open === "new" ? "new" : open.reply_id}
          reply={open === "new" ? null : open}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
