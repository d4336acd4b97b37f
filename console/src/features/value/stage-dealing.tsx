import type { LadderDefinition, LadderRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { Panel } from "@/shared/ui/panel";
import { valueTexts } from "./value-texts";

type Stage = LadderDefinition["stages"][number];

const limitsOf = (stage: Stage) =>
  [
    ["day", stage.messages_per_day_max],
    ["week", stage.messages_per_week_max],
    ["month", stage.messages_per_month_max],
  ] as const;

const isTold = (stage: Stage) =>
  stage.goal !== "" ||
  stage.channels.length > 0 ||
  stage.personas.length > 0 ||
  limitsOf(stage).some(([, most]) => most != null);

/** Whether more stand on a stage than should. */
export function isTooLarge(ladder: LadderRow, key: string): boolean {
  const most = ladder.definition.stages.find((stage) => stage.key === key)?.size_max;
  const size = ladder.stages.find((stage) => stage.key === key)?.size;
  return most != null && size != null && size > most;
}

/** How the brand deals with who stands where; not there where no stage says anything of it. */
export function StageDealing({ ladder }: { ladder: LadderRow }) {
  const t = useTexts(valueTexts);
  const { language } = useLanguage();
  const n = useNumberFormat();
  const { stages } = ladder.definition;
  if (!stages.some(isTold)) return null;
  const limits = (stage: Stage) =>
    limitsOf(stage)
      .filter(([, most]) => most != null)
      .map(([of, most]) => t.atMost[of](n.whole(most ?? 0)))
      .join(t.gap);
  const columns: Column<Stage>[] = [
    { key: "stage", title: t.stage, cell: (stage) => stage[language] },
    { key: "goal", title: t.goal, cell: (stage) => stage.goal || "—" },
    {
      key: "channels",
      title: t.channels,
      from: "medium",
      cell: (stage) => stage.channels.join(t.gap) || "—",
    },
    {
      key: "personas",
      title: t.personas,
      from: "medium",
      cell: (stage) => stage.personas.join(t.gap) || "—",
    },
    { key: "limits", title: t.limits, cell: (stage) => limits(stage) || t.noLimit },
  ];
  return (
    <Panel flush title={t.dealing} note={t.dealingNote}>
      <DataTable label={t.dealing} columns={columns} rows={stages} rowKey={(stage) => stage.key} />
    </Panel>
  );
}
