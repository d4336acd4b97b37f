import { SearchOutlined, TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { Link, useNavigation, useSearchParams } from "react-router";
import { customerListQuery } from "@/api/customers";
import { segmentListQuery } from "@/api/segments";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useDebounced } from "@/shared/ui/use-debounced";
import { CustomerTable } from "./customer-table";
import { customersTexts } from "./customers-texts";
import { identityTexts } from "./identity-texts";
import styles from "./customer-list-page.module.css";

const TYPING_PAUSE_MS = 250;

/** Search and filter live in the address, so a list can be sent to a colleague. */
function useFilter() {
  const [search, setSearch] = useSearchParams();
  const q = search.get("q") ?? "";
  const segment = Number(search.get("segment")) || undefined;
  const [typed, setTyped] = useState(q);
  const rested = useDebounced(typed, TYPING_PAUSE_MS).trim();
  const leaving = useNavigation().state !== "idle";
  useEffect(() => {
    // Who opened a customer before the typing had rested is on the way there: an address written now would call them back.
    if (leaving || rested === q || rested !== typed.trim()) return;
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (rested) after.set("q", rested);
        else after.delete("q");
        return after;
      },
      { replace: true },
    );
  }, [leaving, rested, typed, q, setSearch]);
  const setSegment = (next: number | undefined) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (next) after.set("segment", String(next));
        else after.delete("segment");
        return after;
      },
      { replace: true },
    );
  const clear = () => {
    setTyped("");
    setSearch({}, { replace: true });
  };
  return { q: rested, segment, typed, setTyped, setSegment, clear };
}

function SegmentFilter({ value, onChange }: { value: number | undefined; onChange: (id?: number) => void }) {
  const t = useTexts(customersTexts);
  const { data } = useInfiniteQuery(segmentListQuery());
  const options = data?.pages
    .flatMap((page) => page.rows)
    .filter((segment) => segment.status === "live")
    .map((segment) => ({ value: segment.segment_id, label: segment.name }));
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      className={styles.segment ?? ""}
      aria-label={t.segmentFilter}
      placeholder={t.allSegments}
      value={value}
      onChange={onChange}
      options={options ?? []}
      loading={!data}
    />
  );
}

export function CustomerListPage() {
  const t = useTexts(customersTexts);
  const identities = useTexts(identityTexts);
  const n = useNumberFormat();
  const may = useMay();
  const { q, segment, typed, setTyped, setSegment, clear } = useFilter();
  const list = useInfiniteQuery(customerListQuery({ q: q || undefined, segmentId: segment }));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const total = list.data?.pages[0]?.total;
  const filtered = Boolean(q || segment);
  return (
    <Page
      title={t.title}
      lead={total === undefined ? " " : t.total(n.whole(total))}
      actions={may(rights.mergeCustomers) && <Link to="/customers/review">{identities.reviewTitle}</Link>}
    >
      <div className={styles.filters}>
        <Input
          allowClear
          className={styles.search ?? ""}
          prefix={<SearchOutlined aria-hidden />}
          aria-label={t.searchLabel}
          placeholder={t.search}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {may(rights.readSegments) && <SegmentFilter value={segment} onChange={setSegment} />}
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={<TeamOutlined />}
            title={filtered ? t.none : t.empty}
            text={filtered ? t.noneText : t.emptyText}
            action={filtered && <Button onClick={clear}>{t.clear}</Button>}
          />
        ) : (
          <CustomerTable rows={rows} stale={list.isPlaceholderData} />
        )}
        <LoadMore query={list} />
      </Panel>
    </Page>
  );
}
