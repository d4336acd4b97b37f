import { CheckOutlined, CloseOutlined, QuestionCircleOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { customerListQuery, customerQuery } from "@/api/customers";
import { explainQuery } from "@/api/segments";
import type { Explained } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { pageTexts } from "./page-texts";
import { useSegment } from "./segment-context";
import styles from "./segment-page.module.css";

function Mark({ holds }: { holds: boolean }) {
  const t = useTexts(pageTexts);
  return (
    <span className={`${styles.mark} ${holds ? styles.yes : styles.no}`}>
      {holds ? <CheckOutlined aria-hidden /> : <CloseOutlined aria-hidden />}
      <span className="visually-hidden">{holds ? t.holds : t.fails}</span>
    </span>
  );
}

const isJoiner = (kind: string): kind is "all" | "any" | "not" => ["all", "any", "not"].includes(kind);

function Node({ node }: { node: Explained }) {
  const t = useTexts(pageTexts);
  const { language } = useLanguage();
  const observed = language === "zh" ? node.observed_zh : node.observed_en;
  const sentence = language === "zh" ? node.sentence_zh : node.sentence_en;
  return (
    <li>
      <div className={styles.node}>
        <Mark holds={node.holds} />
        <div>
          <p>{isJoiner(node.kind) ? t.joiners[node.kind] : sentence}</p>
          {observed && <p className={styles.observed}>{observed}</p>}
        </div>
      </div>
      {node.of.length > 0 && (
        <ul>
          {node.of.map((each, at) => (
            <Node key={at} node={each} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Verdict({ segmentId, customerId }: { segmentId: number; customerId: number }) {
  const t = useTexts(pageTexts);
  const { data, error, refetch } = useQuery(explainQuery(segmentId, customerId));
  const { data: customer } = useQuery(customerQuery(customerId));
  if (error && !data) return <ErrorState compact error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonLines lines={5} />;
  return (
    <>
      <p className={styles.verdict} role="status">
        <Mark holds={data.matches} />
        <span>
          {customer?.display_name ?? `#${customerId}`} {data.matches ? t.isIn : t.isOut}
        </span>
        <Link to={`/customers/${customerId}`}>{t.openCustomer}</Link>
      </p>
      {data.matches !== data.is_member && (
        <p className={styles.lag}>{data.matches ? t.entersSoon : t.exitsSoon}</p>
      )}
      <ul className={styles.tree}>
        <Node node={data.node} />
      </ul>
    </>
  );
}

function CustomerPicker({ value, onChange }: { value: number | null; onChange: (id: number) => void }) {
  const t = useTexts(pageTexts);
  const [typed, setTyped] = useState("");
  const rested = useDebounced(typed.trim(), TYPING_PAUSE_MS);
  const found = useInfiniteQuery(customerListQuery({ q: rested || undefined }));
  const chosen = useQuery({ ...customerQuery(value ?? 0), enabled: value !== null });
  const rows = found.data?.pages[0]?.rows ?? [];
  const options = [
    ...rows,
    ...(chosen.data && !rows.some((row) => row.customer_id === value) ? [chosen.data] : []),
  ].map((row) => ({
    value: row.customer_id,
    label: [row.display_name, row.contact_masked]
      .filter((part, at) => part && (at === 0 || part !== row.display_name))
      .join(" · "),
  }));
  return (
    <Select<number | null>
      aria-label={t.explain}
      className={styles.picker ?? ""}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      loading={found.isFetching}
      placeholder={t.explainHint}
      value={value}
      onChange={(id) => id !== null && onChange(id)}
      options={options}
    />
  );
}

/** Why one customer is in it, or is not: every condition with what was observed. The customer is in the address. */
export function SegmentExplain() {
  const t = useTexts(pageTexts);
  const segment = useSegment();
  const [search, setSearch] = useSearchParams();
  const customerId = Number(search.get("customer")) || null;
  return (
    <Panel title={t.explain}>
      <CustomerPicker
        value={customerId}
        onChange={(id) => setSearch({ customer: String(id) }, { replace: true })}
      />
      {customerId === null ? (
        <EmptyState compact icon={<QuestionCircleOutlined aria-hidden />} title={t.explainEmpty} />
      ) : (
        <Verdict segmentId={segment.segment_id} customerId={customerId} />
      )}
    </Panel>
  );
}
