import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Popconfirm, Segmented } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { couponPoolQuery, couponsQuery, withdrawCoupons } from "@/api/promotions";
import type { Coupon, CouponPool } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { AddCodes, MakeCodes } from "./add-codes";
import { PoolForm } from "./pool-form";
import { PoolState } from "./pool-state";
import { promotionsTexts } from "./promotions-texts";
import styles from "./promotions.module.css";

type State = Coupon["state"];
const STATES: readonly State[] = ["free", "issued", "redeemed", "withdrawn"];
const TONES: Record<State, Tone> = { free: "info", issued: "amber", redeemed: "brand", withdrawn: "quiet" };

/** One pool: how many are left, and what became of each code. */
export function PoolPage() {
  const t = useTexts(promotionsTexts);
  const may = useMay();
  const poolId = Number(useParams().poolId);
  const { data: pool, error, refetch } = useQuery(couponPoolQuery(poolId));
  const [dialog, setDialog] = useState<"edit" | "add" | "make" | null>(null);
  const close = () => setDialog(null);
  if (error && !pool) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={pool?.name ?? t.title}
      lead={pool?.note}
      back={{ to: "/coupons", label: t.back }}
      actions={
        pool &&
        may(rights.writePromotions) && (
          <>
            <Button onClick={() => setDialog("edit")}>{t.edit}</Button>
            {!pool.is_archived && (
              <>
                <Button onClick={() => setDialog("make")}>{t.make}</Button>
                <Button type="primary" onClick={() => setDialog("add")}>
                  {t.add}
                </Button>
              </>
            )}
          </>
        )
      }
    >
      <div className={styles.stack}>
        <Panel title={t.glance} extra={pool && <PoolState pool={pool} />}>
          {pool ? <Glance pool={pool} /> : <SkeletonLines lines={2} />}
        </Panel>
        <Codes poolId={poolId} free={pool?.free ?? 0} />
      </div>
      {pool && dialog === "edit" && <PoolForm pool={pool} onClose={close} />}
      {dialog === "add" && <AddCodes poolId={poolId} onClose={close} />}
      {dialog === "make" && <MakeCodes poolId={poolId} onClose={close} />}
    </Page>
  );
}

function Glance({ pool }: { pool: CouponPool }) {
  const t = useTexts(promotionsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const given = pool.issued + pool.redeemed;
  const days = pool.valid_days ? t.ruleDays(n.whole(pool.valid_days)) : t.ruleNoDays;
  const ends = pool.ends_at ? t.ruleEnds(time.full(pool.ends_at)) : t.ruleNoEnds;
  const most = pool.customer_max ? t.ruleMost(n.whole(pool.customer_max)) : t.ruleNoMost;
  return (
    <>
      <dl className={styles.facts}>
        {(["free", "issued", "redeemed", "withdrawn"] as const).map((name) => (
          <div key={name}>
            <dt>{t.facts[name]}</dt>
            <dd>{n.whole(pool[name])}</dd>
          </div>
        ))}
        <div>
          <dt>{t.facts.rate}</dt>
          <dd>{given > 0 ? n.share(pool.redeemed / given) : "—"}</dd>
        </div>
      </dl>
      <p className={styles.rules}>{t.rules(days, ends, most)}</p>
    </>
  );
}

function Codes({ poolId, free }: { poolId: number; free: number }) {
  const t = useTexts(promotionsTexts);
  const n = useNumberFormat();
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [state, setState] = useState<State | null>(null);
  const [typed, setTyped] = useState("");
  const list = useInfiniteQuery(couponsQuery(poolId, state, useDebounced(typed.trim(), 250)));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const withdraw = useMutation({
    mutationFn: (codeIds: number[] | null) => withdrawCoupons(poolId, codeIds),
    onSuccess: async ({ count }) => {
      notices.done(t.withdrawn(n.whole(count)));
      await queryClient.invalidateQueries({ queryKey: ["coupon-pools"] });
      await queryClient.invalidateQueries({ queryKey: ["coupons"] });
    },
    onError: notices.failed,
  });
  const columns: Column<Coupon>[] = [
    {
      key: "code",
      title: t.codeColumns.code,
      cell: (row) => <span className={styles.code}>{row.code || "••••••"}</span>,
    },
    {
      key: "state",
      title: t.codeColumns.state,
      cell: (row) => <StatusTag tone={TONES[row.state]}>{t.states[row.state]}</StatusTag>,
    },
    {
      key: "customer",
      title: t.codeColumns.customer,
      from: "medium",
      cell: (row) =>
        row.customer_id !== null ? (
          <Link to={`/customers/${row.customer_id}`}>{t.customer(String(row.customer_id))}</Link>
        ) : row.issued_at ? (
          <span className={styles.quiet}>{t.outside}</span>
        ) : (
          "—"
        ),
    },
    {
      key: "issued",
      title: t.codeColumns.issued,
      from: "medium",
      cell: (row) => <When at={row.issued_at} />,
    },
    {
      key: "ended",
      title: t.codeColumns.ended,
      from: "wide",
      cell: (row) =>
        row.state === "redeemed" ? (
          <>
            <When at={row.ended_at} /> <span className={styles.quiet}>{row.order_id}</span>
          </>
        ) : (
          "—"
        ),
    },
    {
      key: "withdraw",
      title: "",
      align: "end",
      cell: (row) =>
        may(rights.writePromotions) &&
        (row.state === "free" || row.state === "issued") && (
          <Button size="small" type="text" onClick={() => withdraw.mutate([row.code_id])}>
            {t.withdraw}
          </Button>
        ),
    },
  ];
  return (
    <Panel
      flush
      title={t.codes}
      extra={
        free > 0 &&
        may(rights.writePromotions) && (
          <Popconfirm
            title={t.withdrawAsk}
            okText={t.withdraw}
            cancelText={t.cancel}
            onConfirm={() => withdraw.mutate(null)}
          >
            <Button size="small" type="text">
              {t.withdrawFree}
            </Button>
          </Popconfirm>
        )
      }
    >
      <div className={styles.bar}>
        <Segmented
          value={state ?? "all"}
          onChange={(chosen) => setState(STATES.find((each) => each === chosen) ?? null)}
          options={[
            { value: "all", label: t.all },
            ...STATES.map((each) => ({ value: each, label: t.states[each] })),
          ]}
        />
        <Input
          allowClear
          className={styles.search ?? ""}
          aria-label={t.search}
          placeholder={t.search}
          maxLength={64}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      {list.error && !rows ? (
        <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <p className={`${styles.padded} ${styles.quiet}`}>{t.none}</p>
      ) : (
        <DataTable label={t.codes} columns={columns} rows={rows} rowKey={(row) => row.code_id} />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
