import { NodeIndexOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { journeyListQuery } from "@/api/journeys";
import type { JourneyRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import type { Column } from "@/shared/ui/data-table";
import { DefinitionListPage } from "@/shared/ui/definition-list-page";
import { HoldOutPanel } from "./hold-out-panel";
import { JourneyStatus } from "./journey-status";
import { journeysTexts } from "./journeys-texts";

/** All journeys, the newest first. */
export function JourneyListPage() {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const list = useInfiniteQuery(journeyListQuery());
  const count = (
    key: "entered" | "active" | "completed" | "sent",
    from?: "medium" | "wide",
  ): Column<JourneyRow> => ({
    key,
    title: t.columns[key],
    align: "end",
    ...(from ? { from } : {}),
    cell: (row) => n.whole(row[key]),
  });
  const columns: Column<JourneyRow>[] = [
    { key: "status", title: t.columns.status, cell: (row) => <JourneyStatus status={row.status} /> },
    count("entered"),
    count("active", "medium"),
    count("completed", "wide"),
    count("sent", "medium"),
    {
      key: "clicked",
      title: t.columns.clicked,
      align: "end",
      from: "medium",
      cell: (row) => (row.sent ? n.share(row.clicked / row.sent) : "—"),
    },
  ];
  return (
    <DefinitionListPage
      texts={t}
      list={list}
      path="/journeys"
      rowKey={(row) => row.journey_id}
      name={(row) => row.name}
      nameTitle={t.columns.name}
      columns={columns}
      icon={<NodeIndexOutlined />}
      writing={rights.writeJourneys}
    >
      <HoldOutPanel />
    </DefinitionListPage>
  );
}
