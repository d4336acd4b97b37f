import { GiftOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { couponPoolListQuery } from "@/api/promotions";
import type { CouponPool } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { When } from "@/shared/ui/when";
import { PoolForm } from "./pool-form";
import { PoolState } from "./pool-state";
import { promotionsTexts } from "./promotions-texts";
import { RedeemDialog } from "./redeem-dialog";
import styles from "./promotions.module.css";

/** All pools of codes, the newest first. */
export function PoolListPage() {
  const t = useTexts(promotionsTexts);
  const n = useNumberFormat();
  const may = useMay();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"create" | "redeem" | null>(null);
  const list = useInfiniteQuery(couponPoolListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<CouponPool>[] = [
    {
      key: "name",
      title: t.columns.name,
      cell: (row) => (
        <div>
          <Link to={`/coupons/${row.pool_id}`} className={rowLink}>
            {row.name}
          </Link>
          {row.note && <div className={styles.quiet}>{row.note}</div>}
        </div>
      ),
    },
    { key: "free", title: t.columns.free, align: "end", cell: (row) => n.whole(row.free) },
    {
      key: "issued",
      title: t.columns.issued,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.issued + row.redeemed),
    },
    {
      key: "redeemed",
      title: t.columns.redeemed,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.redeemed),
    },
    { key: "ends", title: t.columns.ends, from: "wide", cell: (row) => <When at={row.ends_at ?? null} /> },
    { key: "state", title: "", align: "end", cell: (row) => <PoolState pool={row} /> },
  ];
  const create = may(rights.writePromotions) && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setDialog("create")}>
      {t.create}
    </Button>
  );
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        <>
          {may(rights.redeemPromotions) && <Button onClick={() => setDialog("redeem")}>{t.redeem}</Button>}
          {create}
        </>
      }
    >
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<GiftOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
        ) : (
          <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.pool_id} />
        )}
        <LoadMore query={list} />
      </Panel>
      {dialog === "create" && (
        <PoolForm
          pool={null}
          onSaved={(pool) => void navigate(`/coupons/${pool.pool_id}`)}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === "redeem" && <RedeemDialog onClose={() => setDialog(null)} />}
    </Page>
  );
}
