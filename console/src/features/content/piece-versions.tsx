import { useQuery, type UseQueryOptions } from "@tanstack/react-query";
import { Button } from "antd";
import type { PieceVersions as Versions } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { contentTexts } from "./content-texts";
import styles from "./content.module.css";

/** Options of a query for the versions of a piece. */
export type VersionsQuery = UseQueryOptions<Versions, Error, Versions, (string | number)[]>;

interface PieceVersionsProps {
  query: VersionsQuery;
  /** The version in force. */
  version: number | null;
  /** Takes what a version says into the hand; null for who may not write. */
  onTake: ((version: number) => void) | null;
}

/** When a piece was published, and by whom; what it said then can be taken up again. */
export function PieceVersions({ query, version, onTake }: PieceVersionsProps) {
  const t = useTexts(contentTexts);
  const { data, error, refetch } = useQuery(query);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonLines lines={2} />;
  return (
    <section className={styles.stack} aria-label={t.versions}>
      <h3 className={styles.name}>{t.versions}</h3>
      <ul className={styles.stack} aria-label={t.versions}>
        {data.rows.map((each) => (
          <li key={each.version} className={styles.foot}>
            <strong>{t.version(each.version)}</strong>
            {each.version === version && <StatusTag tone="brand">{t.inForce}</StatusTag>}
            <span>{each.published_by}</span>
            <When at={each.published_at} />
            {onTake && (
              <Button
                size="small"
                type="text"
                aria-label={`${t.takeVersion} ${t.version(each.version)}`}
                onClick={() => onTake(each.version)}
              >
                {t.takeVersion}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
