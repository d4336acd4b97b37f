import { LoadingOutlined } from "@ant-design/icons";
import type { Segment } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { SubjectLink } from "@/shared/ui/subject-link";
import { HistoryPanel } from "./history-panel";
import { pageTexts } from "./page-texts";
import { useSegment } from "./segment-context";
import styles from "./segment-page.module.css";

function UsedByPanel({ segment }: { segment: Segment }) {
  const t = useTexts(pageTexts);
  const kinds: Partial<Record<string, string>> = t.usedByKinds;
  return (
    <Panel title={t.usedBy}>
      {segment.used_by.length === 0 && <p className={styles.quiet}>{t.notUsed}</p>}
      <ul className={styles.users}>
        {segment.used_by.map(({ definition_id: id, kind, name }) => (
          <li key={id}>
            <SubjectLink kind={kind} id={id}>
              <span>{name}</span>
            </SubjectLink>
            <span className={styles.quiet}>{kinds[kind] ?? kind}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** What a segment means, how large it is and was, and who depends on it. */
export function SegmentOverview() {
  const t = useTexts(pageTexts);
  const segment = useSegment();
  const { language } = useLanguage();
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>
        {segment.building && (
          <div className={styles.building} role="status">
            <LoadingOutlined aria-hidden />
            <div>
              <strong>{t.buildingTitle}</strong>
              <p>{t.buildingText}</p>
            </div>
          </div>
        )}
        <HistoryPanel segment={segment} />
      </div>
      <div className={styles.stack}>
        <Panel title={t.meaning}>
          <p className={styles.sentence}>{language === "zh" ? segment.sentence_zh : segment.sentence_en}</p>
        </Panel>
        <UsedByPanel segment={segment} />
      </div>
    </div>
  );
}
