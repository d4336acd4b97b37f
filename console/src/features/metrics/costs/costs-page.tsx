import { PlusOutlined, WalletOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { costListQuery, costTotalsQuery, withdrawCost, type CostWhich } from "@/api/costs";
import type { CostRow, CostTotals } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { CostDialog } from "./cost-dialog";
import { CostImports } from "./cost-imports";
import { costsTexts } from "./costs-texts";
import metricsStyles from "../metrics.module.css";
import styles from "./costs.module.css";

function Parts({ title, parts, total }: { title: string; parts: CostTotals["channels"]; total: number }) {
  const t = useTexts(costsTexts);
  const n = useNumberFormat();
  const currency = useCurrency();
  return (
    <div>
      <h3 className={styles.heading}>{title}</h3>
      <ul className={styles.bars}>
        {parts.slice(0, 6).map((part) => (
          <li
            key={part.word}
            style={{ "--share": `${total ? Math.round((part.amount_fen / total) * 100) : 0}%` }}
          >
            <span>{part.word || t.unsaid}</span>
            <span>{n.moneyShort(part.amount_fen, currency)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Totals({ totals }: { totals: CostTotals }) {
  const t = useTexts(costsTexts);
  const n = useNumberFormat();
  const currency = useCurrency();
  return (
    <Panel>
      <div className={styles.parts}>
        <div className={styles.total}>
          <h3 className={styles.heading}>{t.total}</h3>
          <strong>{n.money(totals.amount_fen, currency)}</strong>
          <span className={metricsStyles.quiet}>{t.lines(n.whole(totals.lines))}</span>
        </div>
        <Parts title={t.byChannel} parts={totals.channels} total={totals.amount_fen} />
        <Parts title={t.byCampaign} parts={totals.campaigns} total={totals.amount_fen} />
      </div>
    </Panel>
  );
}

function useColumns(onEdit: (row: CostRow) => void): Column<CostRow>[] {
  const t = useTexts(costsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const currency = useCurrency();
  const may = useMay()(rights.writeCosts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { modal } = App.useApp();
  const withdraw = useMutation({
    mutationFn: withdrawCost,
    onSuccess: async () => {
      notices.done(t.removed);
      await queryClient.invalidateQueries({ queryKey: ["costs"] });
      await queryClient.invalidateQueries({ queryKey: ["metrics"] });
    },
    onError: notices.failed,
  });
  const ask = (row: CostRow) =>
    modal.confirm({
      title: t.removeSure,
      content: t.removeText,
      okText: t.remove,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => withdraw.mutateAsync(row.cost_id).catch(() => undefined),
    });
  return [
    {
      key: "day",
      title: t.day,
      cell: (row) => <span className={styles.word}>{time.day(row.spent_on)}</span>,
    },
    {
      key: "amount",
      title: t.amount,
      align: "end",
      cell: (row) => <span className="num">{n.money(row.amount_fen, currency)}</span>,
    },
    {
      key: "channel",
      title: t.channel,
      cell: (row) => <span className={styles.word}>{row.channel || "—"}</span>,
    },
    { key: "campaign", title: t.campaign, from: "medium", cell: (row) => row.campaign || "—" },
    { key: "content", title: t.content, from: "wide", cell: (row) => row.content || "—" },
    {
      key: "source",
      title: t.source,
      from: "wide",
      cell: (row) => (
        <>
          {row.source} {row.corrects_id !== null && <StatusTag tone="quiet">{t.corrected}</StatusTag>}
          {row.note && <div className={metricsStyles.quiet}>{row.note}</div>}
        </>
      ),
    },
    {
      key: "act",
      title: "",
      align: "end",
      cell: (row) =>
        may && (
          <span className={metricsStyles.actions}>
            <Button size="small" onClick={() => onEdit(row)}>
              {t.edit}
            </Button>
            <Button size="small" type="text" danger onClick={() => ask(row)}>
              {t.remove}
            </Button>
          </span>
        ),
    },
  ];
}

/** What was spent: lines, totals, and imports that can be undone. */
export function CostsPage() {
  const t = useTexts(costsTexts);
  const may = useMay();
  const navigate = useNavigate();
  const [which, setWhich] = useState<CostWhich>({});
  /** The line that is corrected; a new one is “new”. */
  const [open, setOpen] = useState<CostRow | "new" | null>(null);
  const list = useInfiniteQuery(costListQuery(which));
  const totals = useQuery(costTotalsQuery(which));
  const all = useQuery(costTotalsQuery({}));
  const columns = useColumns(setOpen);
  if (list.error && !list.data) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const set = (field: keyof CostWhich, value: string | undefined) => {
    const rest = Object.entries(which).filter(([name]) => name !== field);
    setWhich(Object.fromEntries(value ? [...rest, [field, value]] : rest));
  };
  const words = (parts: CostTotals["channels"] | undefined) =>
    parts?.filter(({ word }) => word).map(({ word }) => ({ value: word, label: word })) ?? [];
  return (
    <>
      <div className={metricsStyles.toolbar}>
        <div className={metricsStyles.actions}>
          <Input
            type="date"
            aria-label={t.since}
            title={t.since}
            style={{ width: 150 }}
            value={which.since_on ?? ""}
            onChange={({ target }) => set("since_on", target.value)}
          />
          <Input
            type="date"
            aria-label={t.until}
            title={t.until}
            style={{ width: 150 }}
            value={which.until_on ?? ""}
            onChange={({ target }) => set("until_on", target.value)}
          />
          <Select
            allowClear
            aria-label={t.channel}
            placeholder={t.anyChannel}
            style={{ minWidth: 130 }}
            onChange={(value: string | undefined) => set("channel", value)}
            options={words(all.data?.channels)}
          />
          <Select
            allowClear
            aria-label={t.campaign}
            placeholder={t.anyCampaign}
            style={{ minWidth: 130 }}
            onChange={(value: string | undefined) => set("campaign", value)}
            options={words(all.data?.campaigns)}
          />
        </div>
        <div className={metricsStyles.actions}>
          {may(rights.writeCosts) && may(rights.writeImports) && (
            <Button title={t.importNote} onClick={() => void navigate("/imports")}>
              {t.import}
            </Button>
          )}
          {may(rights.writeCosts) && (
            <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen("new")}>
              {t.add}
            </Button>
          )}
        </div>
      </div>
      <div className={metricsStyles.stack}>
        {totals.data && totals.data.lines > 0 && <Totals totals={totals.data} />}
        <Panel flush={rows?.length !== 0} title={t.title}>
          {rows?.length === 0 ? (
            <EmptyState icon={<WalletOutlined aria-hidden />} title={t.empty} text={t.emptyText} />
          ) : (
            <DataTable label={t.title} columns={columns} rows={rows} rowKey={(row) => row.cost_id} />
          )}
        </Panel>
        <LoadMore query={list} />
        <CostImports />
      </div>
      {open && <CostDialog row={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </>
  );
}
