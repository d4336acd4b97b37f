import { AuditOutlined, SearchOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { auditListQuery } from "@/api/company";
import type { AuditRow } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { SubjectLink } from "@/shared/ui/subject-link";
import { AuditFilters, useAuditFilter } from "./audit-filters";
import { settingsTexts } from "./settings-texts";
import styles from "./settings-page.module.css";

/** The word for a name that the server sent, or the name itself. */
const wordFor = (words: Readonly<Record<string, string>>, name: string) => words[name] ?? name;

/** The log has no ids on its face; two rows may differ in nothing but their place. */
interface Placed extends AuditRow {
  place: number;
}

type Texts = typeof settingsTexts.zh;

/** What was refused at the door has no verb of a room: it is a request, named like the API's operation. */
const verbOf = (t: Texts, verb: string) =>
  verb.startsWith("api.") ? `${t.audit.rooms.api} · ${verb.slice(4)}` : wordFor(t.audit.verbs, verb);

/** A subject is a kind and an id, like customer:7, or a path of the API. */
function Subject({ subject }: { subject: string }) {
  const t = useTexts(settingsTexts);
  const [kind = "", id] = subject.split(":");
  if (id === "unknown") return t.audit.nobody;
  const word = wordFor(t.audit.subjects, kind);
  return (
    <SubjectLink kind={kind} id={id}>
      {id === undefined ? word : `${word} ${id}`}
    </SubjectLink>
  );
}

interface AuditTableProps {
  rows: readonly Placed[] | undefined;
  stale: boolean;
}

function AuditTable({ rows, stale }: AuditTableProps) {
  const t = useTexts(settingsTexts);
  const time = useTimeFormat();
  const vocabulary = useVocabulary();
  const { columns: titles } = t.audit;
  const valueOf = (name: string, value: unknown) => {
    if (typeof value !== "string") return vocabulary.value(value);
    if (name === "role" || name === "new_role") return wordFor(t.staff.roles, value);
    if (name === "by") return wordFor(t.audit.ways, value);
    return name === "channel" ? vocabulary.say("channels", value) : value;
  };
  const columns: Column<Placed>[] = [
    {
      key: "who",
      title: titles.who,
      cell: (row) => (
        <div className={styles.words}>
          <span className={`${styles.strong} ${styles.whole}`}>
            {row.actor_kind === "system" ? wordFor(t.audit.systems, row.actor_name) : row.actor_name}
          </span>
          <span className={styles.quiet}>{wordFor(t.audit.actorKinds, row.actor_kind)}</span>
        </div>
      ),
    },
    {
      key: "verb",
      title: titles.verb,
      width: "30%",
      cell: (row) => (
        <div className={styles.words}>
          <span className={styles.outcome} title={row.verb}>
            {verbOf(t, row.verb)}
            {row.outcome !== "allowed" && (
              <StatusTag tone="danger">{wordFor(t.audit.outcomes, row.outcome)}</StatusTag>
            )}
          </span>
          <span className={styles.quiet}>
            <Subject subject={row.subject} />
          </span>
        </div>
      ),
    },
    {
      key: "fields",
      title: titles.fields,
      from: "wide",
      cell: (row) => (
        <span className={styles.quiet}>
          {Object.entries(row.fields)
            .map(([name, value]) => `${wordFor(t.audit.fields, name)} ${valueOf(name, value)}`)
            .join(" · ")}
        </span>
      ),
    },
    {
      key: "at",
      title: titles.at,
      align: "end",
      cell: (row) => (
        <time dateTime={row.at} title={time.full(row.at)} className={styles.words}>
          {time.day(row.at)}
          <span className={styles.quiet}>{time.clock(row.at)}</span>
        </time>
      ),
    },
  ];
  return (
    <DataTable
      label={t.tabs.audit}
      columns={columns}
      rows={rows}
      stale={stale}
      rowKey={(row) => row.place}
      skeletonRows={10}
    />
  );
}

function NoLines({ asked }: { asked: ReturnType<typeof useAuditFilter> }) {
  const t = useTexts(settingsTexts).audit;
  return asked.isFiltered ? (
    <EmptyState
      icon={<SearchOutlined aria-hidden />}
      title={t.noneFit}
      text={t.noneFitText}
      action={<Button onClick={asked.clear}>{t.filters.clear}</Button>}
    />
  ) : (
    <EmptyState icon={<AuditOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
  );
}

export function AuditPage() {
  const t = useTexts(settingsTexts);
  const asked = useAuditFilter();
  const list = useInfiniteQuery(auditListQuery(asked.filter));
  const rows = list.data?.pages.flatMap((page) => page.rows).map((row, place) => ({ ...row, place }));
  return (
    <>
      <div className={styles.bar}>
        <p className={styles.lead}>{t.audit.lead}</p>
      </div>
      <AuditFilters asked={asked} />
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <NoLines asked={asked} />
        ) : (
          <AuditTable rows={rows} stale={list.isPlaceholderData} />
        )}
        <LoadMore query={list} />
      </Panel>
    </>
  );
}
