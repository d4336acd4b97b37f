import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { codeNumbersQuery } from "@/api/codes";
import { paced } from "@/api/live";
import type { CodeDay, CodeRow, CodeWay, Condition, LinkNumbers } from "@/api/types";
import { addedBy } from "@/shared/customers/people-behind";
import { PeopleLink } from "@/shared/customers/people-link";
import { useNumberFormat } from "@/shared/format/number-format";
import { presentMs } from "@/shared/format/present";
import { businessDay } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

const DAYS = 30;
const REFRESH_MS = 10_000;
const dayOf = (milliseconds: number) => businessDay(new Date(milliseconds).toISOString());

/** How many days, with today, each tally is of. */
const TALLIED_DAYS = { today: 1, week: 7, month: 30, ever: null } as const;
const DAY_MS = 86_400_000;
const FULL = 41045;
const INACTIVE = 41054;

interface Sum {
  key: string;
  label: string;
  visitors: number;
  adds: number;
}

function sums(days: readonly CodeDay[], of: (day: CodeDay) => { key: string; label: string }): Sum[] {
  const found = new Map<string, Sum>();
  for (const day of days) {
    const { key, label } = of(day);
    const sum = found.get(key) ?? { key, label, visitors: 0, adds: 0 };
    sum.visitors += day.visitors;
    sum.adds += day.adds;
    found.set(key, sum);
  }
  return [...found.values()];
}

interface SumTableProps {
  /** Whom the added of a row are; null where that cannot be said. */
  people?: (row: Sum) => Condition | null;
  label: string;
  title: string;
  /** What those are called who came of it; null where that is counted elsewhere. */
  added: string | null;
  rows: readonly Sum[];
}

function SumTable({ people, label, title, added, rows }: SumTableProps) {
  const t = useTexts(codesTexts);
  const n = useNumberFormat();
  const size = (row: Sum) => (added === null ? row.visitors : row.adds);
  const most = Math.max(1, ...rows.map(size));
  const columns: Column<Sum>[] = [
    {
      key: "label",
      title,
      cell: (row) => (
        <>
          {row.label}
          <span className={styles.track} aria-hidden="true">
            <span style={{ width: `${((size(row) / most) * 100).toFixed(1)}%` }} />
          </span>
        </>
      ),
    },
    { key: "visitors", title: t.visitors, align: "end", cell: (row) => n.whole(row.visitors) },
    ...(added === null
      ? []
      : [
          {
            key: "adds",
            title: added,
            align: "end" as const,
            cell: (row: Sum) => (
              <PeopleLink of={row.adds > 0 && people ? people(row) : null}>{n.whole(row.adds)}</PeopleLink>
            ),
          },
        ]),
  ];
  return <DataTable label={label} columns={columns} rows={rows} rowKey={(row) => row.key} />;
}

function WayState({ way }: { way: CodeWay }) {
  const t = useTexts(codesTexts);
  if (way.refusal === FULL) return <StatusTag tone="danger">{t.full}</StatusTag>;
  if (way.refusal === INACTIVE) return <StatusTag tone="danger">{t.inactive}</StatusTag>;
  if (way.refusal) return <StatusTag tone="danger">{t.refused(way.refusal)}</StatusTag>;
  if (!way.is_made) return <StatusTag tone="amber">{t.making}</StatusTag>;
  return way.is_current ? (
    <StatusTag tone="brand">{t.ready}</StatusTag>
  ) : (
    <StatusTag tone="info">{t.updating}</StatusTag>
  );
}

function Ways({ code, ways }: { code: CodeRow; ways: readonly CodeWay[] }) {
  const t = useTexts(codesTexts);
  const { mode } = code.definition;
  const columns: Column<CodeWay>[] = [
    {
      key: "member",
      title: t.targets[mode],
      cell: (way) => {
        const name = way.kind === "link" ? t.theLink : way.target_name || t.wecomChose;
        return way.target_id === 0 && way.address ? (
          <a href={way.address} target="_blank" rel="noreferrer">
            {name}
          </a>
        ) : (
          name
        );
      },
    },
    { key: "state", title: t.columns.status, align: "end", cell: (way) => <WayState way={way} /> },
  ];
  return (
    <Panel flush title={t.ways} note={t.waysNotes[mode]}>
      {ways.length === 0 ? (
        <p className={styles.padded}>{t.noWays}</p>
      ) : (
        <DataTable
          label={t.ways}
          columns={columns}
          rows={ways}
          rowKey={(way) => `${way.kind}${way.target_id}`}
        />
      )}
    </Panel>
  );
}

function LinkPanel({ link }: { link: LinkNumbers }) {
  const t = useTexts(codesTexts);
  const n = useNumberFormat();
  const isUsedUp = link.quota_left === 0;
  return (
    <Panel title={t.linkTitleOf} note={t.linkNote}>
      <dl className={styles.numbers}>
        <div>
          <dt>{t.linkCustomers}</dt>
          <dd>{n.whole(link.customers)}</dd>
        </div>
        <div>
          <dt>{t.linkWrote}</dt>
          <dd>{n.whole(link.wrote)}</dd>
        </div>
        <div>
          <dt>{t.quotaLeft}</dt>
          <dd>
            {link.quota_left === null || link.quota === null
              ? "—"
              : t.quotaOf(n.whole(link.quota_left), n.whole(link.quota))}
          </dd>
        </div>
      </dl>
      {isUsedUp && (
        <p role="status" className={styles.fault}>
          {t.quotaUsedUp}
        </p>
      )}
      {link.quota_read_at && (
        <p className={styles.quiet}>
          {t.quotaReadAt} <When at={link.quota_read_at} />
        </p>
      )}
    </Panel>
  );
}

/** What a code brought, by day and by member, and how far its codes in WeCom are. */
export function CodeNumbers({ code }: { code: CodeRow }) {
  const t = useTexts(codesTexts);
  const n = useNumberFormat();
  const [now] = useState(presentMs);
  const { data, error, refetch } = useQuery({
    ...codeNumbersQuery(code.code_id, DAYS),
    refetchInterval: code.status === "live" ? paced(REFRESH_MS) : false,
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <Panel>
        <SkeletonLines lines={8} />
      </Panel>
    );
  const { mode } = code.definition;
  const added = mode === "stores" ? null : mode === "groups" ? t.joined : t.added;
  const wecomChose = mode === "direct" || mode === "link";
  const nobody = wecomChose ? t.wecomChose : mode === "stores" ? t.noStore : t.anybody;
  // Who joins a group by a code need be no customer.
  const peopleOn = (since?: string, until?: string) =>
    mode === "groups" || mode === "stores" ? null : addedBy(code.code_id, since, until);
  const peopleSince = (days: number | null) =>
    days === null ? peopleOn() : peopleOn(dayOf(now - (days - 1) * DAY_MS), dayOf(now));
  const byTarget = sums(data.days, (day) => ({
    key: String(day.target_id),
    label: day.target_name || nobody,
  })).sort((one, other) => other.adds - one.adds || other.visitors - one.visitors);
  const byDay = sums(data.days, ({ day }) => ({ key: day, label: day })).reverse();
  return (
    <>
      {mode !== "stores" && (
        <dl className={styles.numbers}>
          {(["today", "week", "month", "ever"] as const).map((which) => (
            <div key={which}>
              <dt>{mode === "groups" ? t.joins[which] : t.adds[which]}</dt>
              <dd>
                <PeopleLink of={code.adds[which] > 0 ? peopleSince(TALLIED_DAYS[which]) : null}>
                  {n.whole(code.adds[which])}
                </PeopleLink>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <Panel flush title={t.byTargets[mode]}>
        {byTarget.length === 0 ? (
          <p className={styles.padded}>{t.quiet}</p>
        ) : (
          <SumTable label={t.byTargets[mode]} title={t.targets[mode]} added={added} rows={byTarget} />
        )}
      </Panel>
      {byDay.length > 0 && (
        <Panel flush title={t.byDay}>
          <SumTable
            label={t.byDay}
            title={t.day}
            added={added}
            rows={byDay}
            people={({ key }) => peopleOn(key, key)}
          />
        </Panel>
      )}
      {data.link && <LinkPanel link={data.link} />}
      {mode !== "stores" && <Ways code={code} ways={data.ways} />}
    </>
  );
}
