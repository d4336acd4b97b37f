import { CopyOutlined } from "@ant-design/icons";
import { Button, Modal } from "antd";
import { useState } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { copyText } from "@/shared/ui/copy-text";
import { useNotices } from "@/shared/ui/use-notices";
import { hooksTexts } from "./hooks-texts";
import styles from "./hooks-page.module.css";

/** The only sight of an endpoint's secret: it closes by its button alone. */
export function SecretShown({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useTexts(hooksTexts);
  const notices = useNotices();
  const [copied, setCopied] = useState(false);
  return (
    <Modal
      open
      title={t.secretTitle}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t.close}
        </Button>
      }
    >
      <p>{t.secretText}</p>
      <div className={styles.secret}>
        <code>{secret}</code>
        <Button
          size="small"
          icon={<CopyOutlined aria-hidden />}
          onClick={() => void copyText(secret).then(() => setCopied(true), notices.failed)}
        >
          {copied ? t.copied : t.copy}
        </Button>
      </div>
    </Modal>
  );
}
