import { NodeIndexOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { journeyListQuery, type JourneyRow } from "@/api/journeys";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import type { Column } from "@/shared/ui/data-table";
import { DefinitionListPage } from "@/shared/ui/definition-list-page";
import { HoldOutPanel } from "./hold-out-panel";
import { JourneyStatus } from "./journey-status";
import { journeysTexts } from "./journeys-texts";
import { templatesTexts } from "./templates/templates-texts";

/** All journeys, the newest first. */
export function JourneyListPage() {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const { title: fromTemplate } = useTexts(templatesTexts);
  const navigate = useNavigate();
  const list = useInfiniteQuery(journeyListQuery());
  const share = (part: number, of: number) => (of > 0 ? n.share(part / of) : "—");
  const columns: Column<JourneyRow>[] = [
    { key: "status", title: t.columns.status, cell: (row) => <JourneyStatus status={row.status} /> },
    { key: "entered", title: t.columns.entered, align: "end", cell: (row) => n.whole(row.entered) },
    {
      key: "active",
      title: t.columns.active,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.active),
    },
    {
      key: "faults",
      title: t.columns.faults,
      align: "end",
      from: "medium",
      cell: (row) => n.whole(row.paused),
    },
    {
      key: "goal",
      title: t.columns.goal,
      align: "end",
      from: "medium",
      cell: (row) => share(row.goals, row.entered),
    },
    {
      key: "clicked",
      title: t.columns.clicked,
      align: "end",
      from: "wide",
      cell: (row) => share(row.clicked, row.sent),
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
      icon={<NodeIndexOutlined aria-hidden />}
      writing={rights.writeJourneys}
      beginnings={<Button onClick={() => void navigate("/journeys/templates")}>{fromTemplate}</Button>}
    >
      <HoldOutPanel />
    </DefinitionListPage>
  );
}
