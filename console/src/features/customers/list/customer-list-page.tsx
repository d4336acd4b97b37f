import { DownloadOutlined, FilterOutlined, SearchOutlined, TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { customerSearchQuery } from "@/api/customer-lists";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { later } from "@/shared/ui/later";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { segmentSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import { customersTexts } from "../customers-texts";
import { identityTexts } from "../identity-texts";
import { useBulkActions } from "./bulk-actions";
import { BulkBar } from "./bulk-bar";
import { ColumnsButton } from "./columns-button";
import { countConditions } from "./count-conditions";
import { CustomerTable } from "./customer-table";
import { ListExportDialog } from "./file-dialogs";
import { KeptFilters } from "./kept-filters";
import { listTexts } from "./list-texts";
import { useColumns, useList, type List } from "./use-list";
import { useSelection } from "./use-selection";
import styles from "./list.module.css";

// The builder of conditions is heavy, and most lists are looked at without it.
const ConditionsDrawer = later(async () => (await import("./conditions-drawer")).ConditionsDrawer);

function SegmentFilter({ value, onChange }: { value: number | null; onChange: (id?: number) => void }) {
  const t = useTexts(customersTexts);
  return (
    <PickOne
      source={segmentSource}
      className={styles.segment}
      label={t.segmentFilter}
      none={t.allSegments}
      fits={(segment) => segment.status === "live"}
      value={value}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}

interface ToolbarProps {
  list: List;
  columns: readonly string[];
  onColumns: (columns: string[]) => void;
}

function Toolbar({ list, columns, onColumns }: ToolbarProps) {
  const t = useTexts(customersTexts);
  const words = useTexts(listTexts);
  const n = useNumberFormat();
  const may = useMay();
  const [designing, setDesigning] = useState(false);
  const conditions = countConditions(list.condition);
  return (
    <div className={styles.filters}>
      <Input
        allowClear
        className={styles.search ?? ""}
        prefix={<SearchOutlined aria-hidden />}
        aria-label={t.searchLabel}
        placeholder={t.search}
        value={list.typed}
        onChange={(event) => list.setTyped(event.target.value)}
      />
      {may(rights.readSegments) && (
        <>
          <SegmentFilter value={list.segment} onChange={list.setSegment} />
          <Button
            icon={<FilterOutlined aria-hidden />}
            type={conditions ? "primary" : "default"}
            ghost={conditions > 0}
            onClick={() => setDesigning(true)}
          >
            {conditions ? words.conditionsCount(n.whole(conditions)) : words.conditions}
          </Button>
        </>
      )}
      <KeptFilters list={list} columns={columns} onColumns={onColumns} />
      <span className={styles.gap} />
      <ColumnsButton columns={columns} onChoose={onColumns} />
      {designing && (
        <ConditionsDrawer
          condition={list.condition}
          onApply={list.setCondition}
          onClose={() => setDesigning(false)}
        />
      )}
    </div>
  );
}

/** Everybody, or whom a filter finds: in an order, with columns of choice; and what can be done with many at once. */
export function CustomerListPage() {
  const t = useTexts(customersTexts);
  const words = useTexts(listTexts);
  const identities = useTexts(identityTexts);
  const n = useNumberFormat();
  const may = useMay();
  const list = useList();
  const { columns, choose } = useColumns();
  const { filter, sort, isRising } = list;
  const found = useInfiniteQuery({
    ...customerSearchQuery({ filter, sort, isRising, columns: columns ?? [] }),
    enabled: columns !== undefined,
  });
  const rows = found.data?.pages.flatMap((page) => page.rows);
  const total = found.data?.pages[0]?.total;
  const selection = useSelection(filter, total);
  const mayChoose = useBulkActions().length > 0;
  const [exporting, setExporting] = useState(false);
  const shown = columns ?? [];
  return (
    <Page
      title={t.title}
      lead={total === undefined ? " " : total === null ? words.many : t.total(n.whole(total))}
      actions={
        <>
          {may(rights.exportSegments) && rows && rows.length > 0 && (
            <Button icon={<DownloadOutlined aria-hidden />} onClick={() => setExporting(true)}>
              {words.actions.export}
            </Button>
          )}
          <Link to="/customers/bulks">{words.bulks}</Link>
          {may(rights.mergeCustomers) && <Link to="/customers/review">{identities.reviewTitle}</Link>}
        </>
      }
    >
      <Toolbar list={list} columns={shown} onColumns={choose} />
      {!selection.isEmpty && (
        <BulkBar
          selection={selection}
          total={total}
          hasMore={found.hasNextPage || (total ?? 0) > (selection.size ?? 0)}
          columns={shown}
        />
      )}
      <Panel flush>
        {found.error && !rows ? (
          <ErrorState error={found.error} onRetry={() => void found.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={<TeamOutlined aria-hidden />}
            title={list.isFiltered ? t.none : t.empty}
            text={list.isFiltered ? t.noneText : t.emptyText}
            action={list.isFiltered && <Button onClick={list.clear}>{t.clear}</Button>}
          />
        ) : (
          <CustomerTable
            rows={rows}
            names={shown}
            stale={found.isPlaceholderData}
            list={list}
            selection={mayChoose ? selection : null}
          />
        )}
        <LoadMore query={found} />
      </Panel>
      {exporting && (
        <ListExportDialog
          meant={{ customer_ids: null, filter }}
          size={total ?? null}
          columns={shown}
          onClose={() => setExporting(false)}
        />
      )}
    </Page>
  );
}
