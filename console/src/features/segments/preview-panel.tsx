import { AimOutlined, WarningOutlined } from "@ant-design/icons";
import { Link } from "react-router";
import type { Preview } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { SkeletonLines } from "@/shared/ui/skeleton";
import type { Fault } from "@/shared/conditions/edit-tree";
import { editorTexts } from "./editor-texts";
import styles from "./preview-panel.module.css";

function Result({ preview, stale }: { preview: Preview; stale: boolean }) {
  const t = useTexts(editorTexts);
  const { language } = useLanguage();
  const n = useNumberFormat();
  const share = preview.total ? preview.count / preview.total : 0;
  return (
    <div className={stale ? styles.stale : undefined} aria-busy={stale}>
      <p className={styles.count} role="status">
        <strong>{n.whole(preview.count)}</strong> {t.people}
      </p>
      <div className={styles.bar} aria-hidden="true">
        <span style={{ width: `${Math.max(share * 100, preview.count ? 1 : 0)}%` }} />
      </div>
      <p className={styles.share}>{t.share(n.share(share), n.whole(preview.total))}</p>
      <p className={styles.sentence}>{language === "zh" ? preview.sentence_zh : preview.sentence_en}</p>
      {preview.count === 0 ? (
        <p className={styles.quiet}>{t.nobody}</p>
      ) : (
        <>
          <h3 className={styles.sampleName}>{t.sample}</h3>
          <ul className={styles.sample}>
            {preview.sample.map((row) => (
              <li key={row.customer_id}>
                <Link to={`/customers/${row.customer_id}`} className={styles.person}>
                  <PersonAvatar name={row.display_name} size={26} />
                  <span className={styles.personName}>{row.display_name}</span>
                  {row.contact_masked !== row.display_name && (
                    <span className={styles.quiet}>{row.contact_masked}</span>
                  )}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className={styles.elapsed}>{t.elapsed(n.whole(preview.elapsed_ms))}</p>
    </div>
  );
}

interface PreviewPanelProps {
  complete: boolean;
  preview: Preview | undefined;
  stale: boolean;
  error: Error | null;
  fault: Fault | null;
  onRetry: () => void;
}

/** How many would be in it, said and shown, while the conditions are still being moved about. */
export function PreviewPanel({ complete, preview, stale, error, fault, onRetry }: PreviewPanelProps) {
  const t = useTexts(editorTexts);
  return (
    <Panel title={t.preview} className={styles.panel}>
      {!complete ? (
        <EmptyState compact icon={<AimOutlined aria-hidden />} title={t.previewWaiting} />
      ) : fault ? (
        <EmptyState
          compact
          icon={<WarningOutlined aria-hidden />}
          title={t.previewFault}
          text={fault.reason}
        />
      ) : error ? (
        <ErrorState compact error={error} onRetry={onRetry} />
      ) : preview ? (
        <Result preview={preview} stale={stale} />
      ) : (
        <SkeletonLines lines={6} />
      )}
    </Panel>
  );
}
