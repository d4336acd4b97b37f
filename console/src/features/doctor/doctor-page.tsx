import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { doctorQuery, type DoctorFinding } from "@/api/doctor";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import styles from "./doctor-page.module.css";
import { doctorTexts, type FindingWords } from "./doctor-texts";

const TONES: Readonly<Record<DoctorFinding["health"], Tone>> = {
  trouble: "danger",
  note: "amber",
  well: "brand",
};

function FindingLine({ row }: { row: DoctorFinding }) {
  const t = useTexts(doctorTexts);
  const vocabulary = useVocabulary();
  const subject = row.kind ? t.ofKind(row.subject, vocabulary.say("channels", row.kind)) : row.subject;
  const known: Readonly<Partial<Record<string, FindingWords>>> = t.findings;
  const words = known[row.key];
  const isWell = row.health === "well";
  return (
    <li className={styles.line}>
      <StatusTag tone={TONES[row.health]}>{t.health[row.health]}</StatusTag>
      <div className={styles.words}>
        <span className={styles.title}>{words ? words.title(subject, row.figures) : row.key}</span>
        {!isWell && words?.mend && <span className={styles.mend}>{words.mend}</span>}
      </div>
      {!isWell && words?.to && (
        <Link to={words.to} className={styles.go}>
          {t.go}
        </Link>
      )}
    </li>
  );
}

/** The look at the whole installation. */
export function DoctorPage() {
  const t = useTexts(doctorTexts);
  const { data, error, refetch } = useQuery(doctorQuery());
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const rows = data?.rows;
  return (
    <>
      <p className={styles.lead}>{t.lead}</p>
      <Panel flush>
        {rows ? (
          <ul className={styles.lines}>
            {rows.map((row) => (
              <FindingLine key={`${row.key}:${row.kind}:${row.subject}`} row={row} />
            ))}
          </ul>
        ) : (
          <SkeletonLines lines={6} />
        )}
      </Panel>
    </>
  );
}
