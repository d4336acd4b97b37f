import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { costImportsQuery, withdrawCostImport } from "@/api/costs";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable } from "@/shared/ui/data-table";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { costsTexts } from "./costs-texts";

/** Imports of which something counts; each can be undone. */
export function CostImports() {
  const t = useTexts(costsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const currency = useCurrency();
  const may = useMay()(rights.writeCosts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { modal } = App.useApp();
  const { data } = useQuery(costImportsQuery());
  const undo = useMutation({
    mutationFn: withdrawCostImport,
    onSuccess: async ({ lines }) => {
      notices.done(t.undone(n.whole(lines)));
      await queryClient.invalidateQueries({ queryKey: ["costs"] });
      await queryClient.invalidateQueries({ queryKey: ["metrics"] });
    },
    onError: notices.failed,
  });
  if (!data || data.rows.length === 0) return null;
  const ask = (id: number, name: string) =>
    modal.confirm({
      title: t.undoSure(name),
      content: t.importsNote,
      okText: t.undo,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => undo.mutateAsync(id).catch(() => undefined),
    });
  return (
    <Panel flush title={t.imports} note={t.importsNote}>
      <DataTable
        label={t.imports}
        rows={data.rows}
        rowKey={(row) => row.import_id}
        columns={[
          { key: "source", title: t.source, cell: (row) => row.source },
          {
            key: "days",
            title: t.day,
            from: "medium",
            cell: (row) => t.days(time.day(row.since_on), time.day(row.until_on)),
          },
          { key: "lines", title: "", align: "end", from: "wide", cell: (row) => t.lines(n.whole(row.lines)) },
          {
            key: "amount",
            title: t.amount,
            align: "end",
            cell: (row) => <span className="num">{n.money(row.amount_fen, currency)}</span>,
          },
          {
            key: "undo",
            title: "",
            align: "end",
            cell: (row) =>
              may && (
                <Button size="small" onClick={() => ask(row.import_id, row.source)}>
                  {t.undo}
                </Button>
              ),
          },
        ]}
      />
    </Panel>
  );
}
