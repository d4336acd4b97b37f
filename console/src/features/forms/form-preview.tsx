import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { formsTexts } from "./forms-texts";
import styles from "./forms.module.css";

/** The very page that customers see, at the size of a phone; nothing can be sent from it. */
export function FormPreview({ html, isBroken }: { html: string | undefined; isBroken: boolean }) {
  const t = useTexts(formsTexts);
  return (
    <Panel title={t.preview} note={isBroken ? t.previewBroken : t.previewNote} className={styles.sticky}>
      <div className={isBroken ? `${styles.phone} ${styles.stale}` : styles.phone}>
        <iframe title={t.preview} srcDoc={html ?? ""} sandbox="" />
      </div>
    </Panel>
  );
}
