import { DeleteOutlined, DownloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Customer } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { EraseDialog } from "./erase-dialog";
import { ExportDialog } from "./export-dialog";
import { privacyTexts } from "./privacy-texts";
import styles from "./privacy-panel.module.css";

/** What the customer may ask for by law: a copy of everything, and its erasure. */
export function PrivacyPanel({ customer }: { customer: Customer }) {
  const t = useTexts(privacyTexts);
  const may = useMay();
  const [open, setOpen] = useState<"export" | "erase" | null>(null);
  const mayExport = may(rights.exportCustomers);
  const mayErase = may(rights.eraseCustomers);
  if (!mayExport && !mayErase) return null;
  return (
    <Panel title={t.title} note={t.note}>
      <div className={styles.actions}>
        {mayExport && (
          <Button icon={<DownloadOutlined aria-hidden />} onClick={() => setOpen("export")}>
            {t.export}
          </Button>
        )}
        {mayErase && (
          <Button danger icon={<DeleteOutlined aria-hidden />} onClick={() => setOpen("erase")}>
            {t.erase}
          </Button>
        )}
      </div>
      {open === "export" && <ExportDialog customer={customer} onClose={() => setOpen(null)} />}
      {open === "erase" && <EraseDialog customer={customer} onClose={() => setOpen(null)} />}
    </Panel>
  );
}

/** Stands where the customer's data stood. */
export function ErasedNotice() {
  const t = useTexts(privacyTexts);
  const may = useMay();
  return (
    <Panel title={t.erasedTitle}>
      <p className={styles.quiet}>{t.erasedText}</p>
      {may(rights.readPrivacy) && (
        <p className={styles.link}>
          <Link to="/privacy">{t.certificate}</Link>
        </p>
      )}
    </Panel>
  );
}
