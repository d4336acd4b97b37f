import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Select } from "antd";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { createGroupWelcome, groupWelcomesQuery, saveGroupWelcome } from "@/api/group-welcomes";
import type { GroupWelcomeRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { attachmentOf } from "@/shared/materials/attachment-of";
import { MaterialSelect } from "@/shared/materials/material-select";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { NICKNAME, WelcomeBubble } from "./welcome-bubble";
import { welcomesTexts } from "./welcomes-texts";
import styles from "./welcomes.module.css";

type Content = GroupWelcomeRow["content"];
type Attachment = NonNullable<Content["attachment"]>;

const TEXT_MAX = 3000;
const NAME_MAX = 60;

/** What the server finds wrong with it: where, and in words. */
function useFault(error: Error | null) {
  const { faults } = useTexts(welcomesTexts);
  if (!(error instanceof ApiError) || error.code !== "bad_group_welcome") return null;
  const { field, reason } = error.fields as { field?: string; reason?: string };
  const words: Readonly<Record<string, string>> = faults;
  return { field: field ?? "", words: words[reason ?? ""] ?? faults.format };
}

function AttachmentField(props: {
  attachment: Attachment | null;
  error: string | null;
  onChange: (attachment: Attachment | null) => void;
}) {
  const { attachment, onChange } = props;
  const t = useTexts(welcomesTexts);
  const may = useMay();
  return (
    <fieldset className={styles.attachment}>
      <legend>{t.attachment}</legend>
      {attachment ? (
        <div className={styles.attached}>
          <div className={styles.attachedFields}>
            {attachment.kind === "link" ? (
              <>
                <Input
                  aria-label={t.linkTitle}
                  placeholder={t.linkTitle}
                  maxLength={40}
                  value={attachment.title ?? ""}
                  onChange={({ target }) => onChange({ ...attachment, title: target.value || null })}
                />
                <Input
                  aria-label={t.linkUrl}
                  placeholder="https://"
                  value={attachment.url ?? ""}
                  onChange={({ target }) => onChange({ ...attachment, url: target.value.trim() || null })}
                />
                <Input
                  aria-label={t.linkDescription}
                  placeholder={t.linkDescription}
                  maxLength={160}
                  value={attachment.description ?? ""}
                  onChange={({ target }) => onChange({ ...attachment, description: target.value || null })}
                />
              </>
            ) : (
              <span>
                {t.kinds[attachment.kind]} · {attachment.title ?? attachment.url ?? ""}
              </span>
            )}
          </div>
          <Button
            type="text"
            icon={<CloseOutlined aria-hidden />}
            aria-label={t.removeAttachment}
            onClick={() => onChange(null)}
          />
        </div>
      ) : (
        <div className={styles.choices}>
          <Button icon={<PlusOutlined aria-hidden />} onClick={() => onChange({ kind: "link" })}>
            {t.addLink}
          </Button>
          {may(rights.readMaterials) && (
            <MaterialSelect
              kinds={["image", "link", "file"]}
              onChoose={(row) => onChange(attachmentOf(row))}
            />
          )}
        </div>
      )}
      {props.error ? (
        <p role="alert" className={styles.fault}>
          {props.error}
        </p>
      ) : (
        !attachment && <p className={styles.quiet}>{t.attachmentNote}</p>
      )}
    </fieldset>
  );
}

interface WelcomeDialogProps {
  corps: readonly { corp_id: string; name: string }[];
  welcome: GroupWelcomeRow | null;
  onClose: () => void;
}

/** A welcome is written, or changed; beside it what who joins reads. */
export function WelcomeDialog({ corps, welcome, onClose }: WelcomeDialogProps) {
  const t = useTexts(welcomesTexts);
  const queries = useQueryClient();
  const notices = useNotices();
  const [name, setName] = useState(welcome?.name ?? "");
  const [corpId, setCorpId] = useState(welcome?.corp_id ?? corps[0]?.corp_id ?? "");
  const [content, setContent] = useState<Content>(welcome?.content ?? { text: "", attachment: null });
  const save = useMutation({
    mutationFn: () =>
      welcome
        ? saveGroupWelcome(welcome.welcome_id, { name, content })
        : createGroupWelcome({ corp_id: corpId, name, content }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: groupWelcomesQuery().queryKey });
      onClose();
    },
    onError: (error) => {
      if (!(error instanceof ApiError && error.code === "bad_group_welcome")) notices.failed(error);
    },
  });
  const fault = useFault(save.error);
  const set = (changed: Partial<Content>) => setContent((before) => ({ ...before, ...changed }));
  return (
    <Modal
      open
      width={720}
      title={welcome ? t.edit : t.create}
      okText={t.save}
      cancelText={t.cancel}
      okButtonProps={{ disabled: !name.trim() || (!content.text.trim() && !content.attachment) }}
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={onClose}
    >
      <div className={styles.editor}>
        <div className={styles.fields}>
          <Field label={t.name} note={t.nameNote}>
            {(control) => (
              <Input
                {...control}
                maxLength={NAME_MAX}
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
          {!welcome && corps.length > 1 && (
            <Field label={t.corp}>
              {(control) => (
                <Select
                  {...control}
                  value={corpId}
                  options={corps.map((each) => ({ value: each.corp_id, label: each.name }))}
                  onChange={setCorpId}
                />
              )}
            </Field>
          )}
          <Field label={t.text} error={fault?.field === "text" ? fault.words : null}>
            {(control) => (
              <Input.TextArea
                {...control}
                autoSize={{ minRows: 4, maxRows: 10 }}
                maxLength={TEXT_MAX}
                value={content.text}
                onChange={({ target }) => set({ text: target.value })}
              />
            )}
          </Field>
          <Button
            size="small"
            className={styles.start ?? ""}
            onClick={() => set({ text: `${content.text}${NICKNAME}` })}
          >
            {t.nickname}
          </Button>
          <AttachmentField
            attachment={content.attachment ?? null}
            error={fault && fault.field !== "text" ? fault.words : null}
            onChange={(attachment) => set({ attachment })}
          />
        </div>
        <WelcomeBubble content={content} />
      </div>
    </Modal>
  );
}
