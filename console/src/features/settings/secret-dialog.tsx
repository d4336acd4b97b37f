import { CopyOutlined } from "@ant-design/icons";
import { Button, Modal } from "antd";
import { useState } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { copyText } from "@/shared/ui/copy-text";
import { useNotices } from "@/shared/ui/use-notices";
import { settingsTexts } from "./settings-texts";
import styles from "./settings-page.module.css";

/** The only sight of a secret. It closes by its button alone: a stray click must not lose it. */
export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useTexts(settingsTexts);
  const [copied, setCopied] = useState(false);
  const notices = useNotices();
  const copy = () => void copyText(secret).then(() => setCopied(true), notices.failed);
  return (
    <Modal
      open
      title={t.keys.secretTitle}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t.keys.close}
        </Button>
      }
    >
      <p>{t.keys.secretText}</p>
      <div className={styles.secret}>
        <code>{secret}</code>
        <Button size="small" icon={<CopyOutlined aria-hidden />} onClick={copy}>
          {copied ? t.keys.copied : t.keys.copy}
        </Button>
      </div>
    </Modal>
  );
}
