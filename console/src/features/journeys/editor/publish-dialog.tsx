import { Modal } from "antd";
import type { ReactNode } from "react";
import type { JourneySubject } from "@/api/journey-document";
import { useTexts } from "@/shared/i18n/texts";
import { editorTexts } from "./editor-texts";
import styles from "./editor.module.css";

interface PublishDialogProps {
  subject: JourneySubject;
  isPending: boolean;
  onPublish: () => void;
  onCancel: () => void;
  /** What it would come to. */
  children: ReactNode;
}

/** The last question before a journey is in force. */
export function PublishDialog({ subject, isPending, onPublish, onCancel, children }: PublishDialogProps) {
  const t = useTexts(editorTexts);
  return (
    <Modal
      open
      width={720}
      title={t.publishQuestion}
      okText={t.publish}
      cancelText={t.cancel}
      confirmLoading={isPending}
      onOk={onPublish}
      onCancel={onCancel}
    >
      <div className={styles.form}>
        <p className={styles.note}>{subject === "customer" ? t.publishNote : t.publishTargetNote}</p>
        {children}
      </div>
    </Modal>
  );
}
