import { LinkOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { linkListQuery, linkNumbersQuery, scriptNumbersQuery } from "@/api/content";
import type { LinkNumber, ScriptUseNumber, TrackedLink } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { When } from "@/shared/ui/when";
import { contentTexts } from "./content-texts";
import styles from "./content.module.css";
import { LinkDialog } from "./link-dialog";

const DAYS = [7, 30, 90] as const;

/** What became of links that staff gave: by content, by who gave them, one by one; and who uses which scripts. */
export function LinksPage() {
  const t = useTexts(contentTexts);
  const n = useNumberFormat();
  const may = useMay();
  const [days, setDays] = useState<number>(30);
  const [isGiving, setGiving] = useState(false);
  const numbers = useQuery(linkNumbersQuery(days));
  const uses = useQuery(scriptNumbersQuery(days));
  const list = useInfiniteQuery(linkListQuery({}));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const share = (part: number, whole: number) => (whole ? n.share(part / whole) : "—");
  const mean = (seconds: number, visitors: number) =>
    seconds && visitors ? t.seconds(Math.round(seconds / visitors)) : "—";
  const counted = (first: string): Column<LinkNumber>[] => [
    { key: "name", title: first, cell: (row) => row.name },
    { key: "given", title: t.columns.given, align: "end", cell: (row) => n.whole(row.given) },
    {
      key: "opened",
      title: t.columns.opened,
      align: "end",
      cell: (row) => share(row.opened, row.given),
    },
    {
      key: "visitors",
      title: t.columns.visitors,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.visitors),
    },
    { key: "forwards", title: t.columns.forwards, align: "end", cell: (row) => n.whole(row.forwards) },
    {
      key: "seconds",
      title: t.columns.seconds,
      align: "end",
      from: "medium",
      cell: (row) => mean(row.read_seconds, row.visitors),
    },
  ];
  const given: Column<TrackedLink>[] = [
    { key: "what", title: t.columns.what, cell: (row) => row.title },
    {
      key: "customer",
      title: t.columns.customer,
      cell: (row) =>
        row.customer_id === null ? (
          <span className={styles.quiet}>{t.nobody}</span>
        ) : (
          <Link to={`/customers/${String(row.customer_id)}`}>{row.customer}</Link>
        ),
    },
    { key: "who", title: t.columns.who, from: "wide", cell: (row) => row.staff },
    { key: "opens", title: t.columns.opens, align: "end", cell: (row) => n.whole(row.opens) },
    { key: "forwards", title: t.columns.forwards, align: "end", cell: (row) => n.whole(row.forwards) },
    {
      key: "seconds",
      title: t.columns.seconds,
      align: "end",
      from: "medium",
      cell: (row) => (row.is_ours ? mean(row.read_seconds, row.visitors) : "—"),
    },
    {
      key: "last",
      title: t.columns.last,
      align: "end",
      from: "medium",
      cell: (row) => <When at={row.last_opened_at} />,
    },
  ];
  const outOf = (count: number, complete: number) =>
    complete ? `${n.whole(count)} / ${n.whole(complete)}` : "—";
  const used: Column<ScriptUseNumber>[] = [
    { key: "script", title: t.tabs.scripts, cell: (row) => row.script },
    { key: "staff", title: t.columns.who, cell: (row) => row.staff },
    { key: "uses", title: t.uses, align: "end", cell: (row) => n.whole(row.uses) },
    { key: "people", title: t.people, align: "end", cell: (row) => n.whole(row.customers) },
    {
      key: "responded",
      title: t.responded,
      align: "end",
      from: "medium",
      cell: (row) => outOf(row.responded, row.complete),
    },
    {
      key: "ordered",
      title: t.ordered,
      align: "end",
      from: "medium",
      cell: (row) => outOf(row.ordered, row.complete),
    },
  ];
  return (
    <div className={styles.stack}>
      <div className={styles.bar}>
        <Segmented<number>
          aria-label={t.period}
          value={days}
          onChange={setDays}
          options={DAYS.map((each) => ({ value: each, label: t.days(each) }))}
        />
        <span className={styles.quiet}>{t.honest}</span>
        <span className={styles.spacer} />
        {may(rights.shareContent) && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setGiving(true)}>
            {t.newLink}
          </Button>
        )}
      </div>
      {isGiving && <LinkDialog onClose={() => setGiving(false)} />}
      {numbers.error && !numbers.data ? (
        <Panel>
          <ErrorState error={numbers.error} onRetry={() => void numbers.refetch()} />
        </Panel>
      ) : numbers.data?.targets.length === 0 ? (
        <Panel>
          <EmptyState icon={<LinkOutlined aria-hidden />} title={t.noLinks} text={t.noLinksText} />
        </Panel>
      ) : (
        <>
          <Panel flush title={t.targets}>
            <DataTable
              label={t.targets}
              columns={counted(t.columns.what)}
              rows={numbers.data?.targets}
              rowKey={(row) => `${String(row.material_id)}-${row.name}`}
            />
          </Panel>
          <Panel flush title={t.staff}>
            <DataTable
              label={t.staff}
              columns={counted(t.columns.who)}
              rows={numbers.data?.staff}
              rowKey={(row) => row.staff_id ?? 0}
            />
          </Panel>
        </>
      )}
      {rows && rows.length > 0 && (
        <Panel flush title={t.recent}>
          <DataTable label={t.recent} columns={given} rows={rows} rowKey={(row) => row.share_id} />
          <LoadMore query={list} />
        </Panel>
      )}
      <Panel flush title={t.scriptUse} note={t.followedNote}>
        {uses.data?.rows.length === 0 ? (
          <EmptyState compact icon={<LinkOutlined aria-hidden />} title={t.noUse} />
        ) : (
          <DataTable
            label={t.scriptUse}
            columns={used}
            rows={uses.data?.rows}
            rowKey={(row) => `${String(row.script_id)}-${String(row.staff_id)}`}
          />
        )}
      </Panel>
    </div>
  );
}
