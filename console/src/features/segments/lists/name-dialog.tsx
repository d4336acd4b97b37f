import { Input, Modal } from "antd";
import { useState } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { listsTexts } from "./lists-texts";
import styles from "../segment-page.module.css";

interface NameDialogProps {
  title: string;
  name: string;
  saving: boolean;
  onSave: (name: string) => void;
  onClose: () => void;
}

/** Asks what a list is to be called. */
export function NameDialog({ title, name: before, saving, onSave, onClose }: NameDialogProps) {
  const t = useTexts(listsTexts);
  const [name, setName] = useState(before);
  const trimmed = name.trim();
  const save = () => {
    if (trimmed) onSave(trimmed);
  };
  return (
    <Modal
      open
      title={title}
      okText={t.save}
      cancelText={t.cancel}
      okButtonProps={{ disabled: !trimmed }}
      confirmLoading={saving}
      onOk={save}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.nameLabel}>
          {(control) => (
            <Input
              {...control}
              maxLength={120}
              value={name}
              onChange={(event) => setName(event.target.value)}
              onPressEnter={save}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}
