import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useState } from "react";
import type { TagGroup } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { tagsTexts } from "./tags-texts";
import styles from "./tags-page.module.css";

interface NameDialogProps {
  title: string;
  name: string;
  save: (name: string) => Promise<TagGroup>;
  onClose: () => void;
}

/** What a tag is to be called. */
export function NameDialog({ title, name: before, save, onClose }: NameDialogProps) {
  const t = useTexts(tagsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [name, setName] = useState(before);
  const [tried, setTried] = useState(false);
  const saving = useMutation({
    mutationFn: () => save(name.trim()),
    onSuccess: async () => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["tag-groups"] });
      onClose();
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (name.trim()) saving.mutate();
  };
  return (
    <Modal
      open
      title={title}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={saving.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.tagName} error={tried && !name.trim() ? t.needed : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={40}
              value={name}
              onChange={(event) => setName(event.target.value)}
              onPressEnter={submit}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}
