import { ClusterOutlined, PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";
import { segmentListQuery } from "@/api/segments";
import type { SegmentRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { When } from "@/shared/ui/when";
import { editorTexts } from "./editor-texts";
import { SegmentStatus } from "./segment-status";
import { segmentsTexts } from "./segments-texts";
import { templates, type TemplateName } from "./templates";
import styles from "./segments-page.module.css";

/** A draft opens where it is made. */
const addressOf = ({ segment_id: id, status }: SegmentRow) =>
  status === "draft" ? `/segments/${id}/edit` : `/segments/${id}`;

function NameCell({ row }: { row: SegmentRow }) {
  const { language } = useLanguage();
  return (
    <div className={styles.words}>
      <Link to={addressOf(row)} className={rowLink}>
        {row.name}
      </Link>
      <span className={styles.sentence}>{language === "zh" ? row.sentence_zh : row.sentence_en}</span>
    </div>
  );
}

function SegmentTable({ rows }: { rows: readonly SegmentRow[] | undefined }) {
  const t = useTexts(segmentsTexts);
  const n = useNumberFormat();
  const columns: Column<SegmentRow>[] = [
    { key: "name", title: t.columns.name, cell: (row) => <NameCell row={row} /> },
    {
      key: "size",
      title: t.columns.size,
      align: "end",
      width: 110,
      cell: (row) => (row.size === null ? "—" : n.whole(row.size)),
    },
    {
      key: "status",
      title: t.columns.status,
      width: 120,
      from: "medium",
      cell: (row) => <SegmentStatus status={row.status} building={row.building} />,
    },
    {
      key: "refreshed",
      title: t.columns.refreshed,
      align: "end",
      width: 140,
      from: "medium",
      cell: (row) => <When at={row.refreshed_at} none={t.notYet} />,
    },
  ];
  return <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.segment_id} />;
}

function FirstSegment() {
  const t = useTexts(segmentsTexts);
  const { templates: names } = useTexts(editorTexts);
  const navigate = useNavigate();
  const may = useMay();
  return (
    <EmptyState
      icon={<ClusterOutlined aria-hidden />}
      title={t.empty}
      text={may(rights.writeSegments) ? t.emptyText : t.lead}
      action={
        may(rights.writeSegments) &&
        (Object.keys(templates) as TemplateName[]).map((name) => (
          <Button key={name} onClick={() => void navigate(`/segments/new?template=${name}`)}>
            {names[name]}
          </Button>
        ))
      }
    />
  );
}

const STATUSES = ["live", "draft", "stopped"] as const;

/** What the list is narrowed to; in the address, so that a view of it can be sent to a colleague. */
function useFilter() {
  const [search, setSearch] = useSearchParams();
  const set = (name: string, value: string | undefined) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  const status = STATUSES.find((each) => each === search.get("status")) ?? null;
  return { q: search.get("q") ?? "", status, set };
}

type Filter = ReturnType<typeof useFilter>;

function Toolbar({ filter }: { filter: Filter }) {
  const t = useTexts(segmentsTexts);
  const may = useMay();
  const navigate = useNavigate();
  return (
    <div className={styles.toolbar}>
      <Input
        allowClear
        className={styles.search ?? ""}
        prefix={<SearchOutlined aria-hidden />}
        aria-label={t.search}
        placeholder={t.search}
        value={filter.q}
        onChange={(event) => filter.set("q", event.target.value)}
      />
      <Select
        aria-label={t.statusFilter}
        style={{ width: 130 }}
        value={filter.status ?? ""}
        onChange={(status) => filter.set("status", status)}
        options={[
          { value: "", label: t.allStatuses },
          ...STATUSES.map((value) => ({ value, label: t.statuses[value] })),
        ]}
      />
      {may(rights.writeSegments) && (
        <Button
          type="primary"
          icon={<PlusOutlined aria-hidden />}
          onClick={() => void navigate("/segments/new")}
        >
          {t.create}
        </Button>
      )}
    </div>
  );
}

/** All segments, searched and narrowed on the server, page by page. */
export function SegmentListPage() {
  const t = useTexts(segmentsTexts);
  const filter = useFilter();
  const sought = useDebounced(filter.q.trim(), TYPING_PAUSE_MS);
  const list = useInfiniteQuery(segmentListQuery(sought, filter.status));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const isWhole = !sought && !filter.q.trim() && !filter.status && !list.isPlaceholderData;
  if (isWhole && rows?.length === 0)
    return (
      <Panel>
        <FirstSegment />
      </Panel>
    );
  return (
    <>
      <Toolbar filter={filter} />
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState compact icon={<SearchOutlined aria-hidden />} title={t.none} />
        ) : (
          <>
            <SegmentTable rows={rows} />
            <LoadMore query={list} />
          </>
        )}
      </Panel>
    </>
  );
}
