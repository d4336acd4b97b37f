import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useMemo, useState } from "react";
import type { JourneyDocument } from "@/api/journey-document";
import { journeyVersionQuery, journeyVersionsQuery, type JourneyVersionRow } from "@/api/journeys";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import type { Mark } from "../canvas/flow-elements";
import { LazyCanvas } from "../canvas/lazy-canvas";
import { titleOf } from "../node-summary";
import { nodeTexts } from "../node-texts";
import { nodeOf } from "../ports";
import { useNames } from "../use-names";
import { diffOf, mergedForView, type VersionDiff } from "../version-diff";
import { useJourney } from "./journey-context";
import { pageTexts } from "./page-texts";
import styles from "./page.module.css";

const NO_FAULTS = new Map<string, never[]>();
const DRAFT = 0;

function DiffWords({ diff, document }: { diff: VersionDiff; document: JourneyDocument }) {
  const t = useTexts(pageTexts);
  const nodeWords = useTexts(nodeTexts);
  const words: Readonly<Record<string, string>> = t.fields;
  const isSame = diff.added.length + diff.removed.length + diff.changed.length + diff.settings.length === 0;
  if (isSame) return <p className={styles.quiet}>{t.noDifference}</p>;
  const nameOf = (key: string) => {
    const node = nodeOf(document, key);
    return node ? titleOf(node, nodeWords) : key;
  };
  return (
    <div className={styles.diff}>
      <p>
        {[
          diff.added.length > 0 && t.added(diff.added.length),
          diff.removed.length > 0 && t.removed(diff.removed.length),
          diff.changed.length > 0 && t.changed(diff.changed.length),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {diff.changed.map(({ key, fields }) => (
        <p key={key} className={styles.quiet}>
          {nameOf(key)} · {t.changedFields(fields.map((field) => words[field] ?? field).join(", "))}
        </p>
      ))}
      {diff.settings.length > 0 && (
        <p className={styles.quiet}>
          {t.settingsChanged(diff.settings.map((name) => words[name] ?? name).join(", "))}
        </p>
      )}
    </div>
  );
}

/** One version on the canvas, in the colours of how it differs from another. */
function Comparison({ before, after }: { before: JourneyDocument; after: JourneyDocument }) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const diff = useMemo(() => diffOf(before, after), [before, after]);
  const document = useMemo(() => mergedForView(before, after), [before, after]);
  const { wording } = useNames(document);
  const marks = useMemo(
    () =>
      new Map<string, Mark>([
        ...diff.added.map((key): [string, Mark] => [key, "added"]),
        ...diff.removed.map((key): [string, Mark] => [key, "removed"]),
        ...diff.changed.map(({ key }): [string, Mark] => [key, "changed"]),
      ]),
    [diff],
  );
  return (
    <>
      <DiffWords diff={diff} document={document} />
      <div className={styles.compared}>
        <LazyCanvas
          document={document}
          wording={wording}
          selected={selected}
          onSelect={setSelected}
          focus={null}
          faults={NO_FAULTS}
          numbers={null}
          passages={null}
          marks={marks}
          editing={null}
        />
      </div>
    </>
  );
}

interface ChosenProps {
  rows: readonly JourneyVersionRow[];
}

/** Which two of the versions are looked at; the draft is one of them while it waits. */
function Chosen({ rows }: ChosenProps) {
  const t = useTexts(pageTexts);
  const journey = useJourney();
  const draft = journey.draft_definition;
  const versions = rows.map(({ version }) => version);
  const options = [
    ...(draft ? [{ value: DRAFT, label: t.draft }] : []),
    ...versions.map((version) => ({ value: version, label: t.version(version) })),
  ];
  const [after, setAfter] = useState<number>(options[0]?.value ?? DRAFT);
  const [before, setBefore] = useState<number>(options[1]?.value ?? options[0]?.value ?? DRAFT);
  const one = useQuery({
    ...journeyVersionQuery(journey.journey_id, before),
    enabled: before !== DRAFT,
  });
  const other = useQuery({ ...journeyVersionQuery(journey.journey_id, after), enabled: after !== DRAFT });
  const old = before === DRAFT ? draft : one.data?.definition;
  const now = after === DRAFT ? draft : other.data?.definition;
  const error = one.error ?? other.error;
  const pick = (label: string, value: number, onChange: (value: number) => void) => (
    <label className={styles.pick}>
      <span>{label}</span>
      <Select<number> aria-label={label} value={value} options={options} onChange={onChange} />
    </label>
  );
  return (
    <div className={styles.versions}>
      <div className={styles.picks}>
        {pick(t.with, after, setAfter)}
        {pick(t.compare, before, setBefore)}
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void Promise.all([one.refetch(), other.refetch()])} />
      ) : old && now ? (
        <Comparison key={`${before}:${after}`} before={old} after={now} />
      ) : (
        <Skeleton height={420} />
      )}
    </div>
  );
}

/** All versions that were in force, and how two of them differ. */
export function JourneyVersions() {
  const t = useTexts(pageTexts);
  const journey = useJourney();
  const list = useQuery(journeyVersionsQuery(journey.journey_id));
  const rows = list.data?.rows;
  const columns: Column<JourneyVersionRow>[] = [
    {
      key: "version",
      title: t.versionColumn,
      cell: (row) => (
        <>
          {t.version(row.version)}{" "}
          {row.version === journey.version && <StatusTag tone="brand">{t.inForce}</StatusTag>}
        </>
      ),
    },
    { key: "at", title: t.publishedAt, cell: (row) => <When at={row.published_at} /> },
    { key: "by", title: t.publishedBy, from: "medium", cell: (row) => row.published_by },
  ];
  if (list.error && !rows) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <div className={styles.versions}>
      <Panel flush title={t.versions}>
        {rows?.length === 0 ? (
          <p className={styles.padded}>{t.never}</p>
        ) : (
          <DataTable label={t.versions} columns={columns} rows={rows} rowKey={(row) => row.version} />
        )}
      </Panel>
      {rows && (rows.length > 1 || (rows.length === 1 && journey.draft_definition)) && <Chosen rows={rows} />}
      {rows?.length === 1 && !journey.draft_definition && <p className={styles.quiet}>{t.onlyOne}</p>}
    </div>
  );
}
