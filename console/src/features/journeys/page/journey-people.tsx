import { TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { journeyEntriesQuery, type JourneyEntry } from "@/api/journeys";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { When } from "@/shared/ui/when";
import { titleOf } from "../node-summary";
import { nodeTexts } from "../node-texts";
import { nodeOf } from "../ports";
import { EntryActions } from "./entry-actions";
import { useFaultWords } from "./fault-words";
import { useJourney } from "./journey-context";
import { pageTexts } from "./page-texts";

const STATES = ["all", "active", "paused", "completed", "exited", "goal"] as const;

/** Everybody who ever entered: where they are, or how it ended. */
export function JourneyPeople() {
  const t = useTexts(pageTexts);
  const words = useTexts(nodeTexts);
  const faultWords = useFaultWords();
  const journey = useJourney();
  const [state, setState] = useState<(typeof STATES)[number]>("all");
  const list = useInfiniteQuery(
    journeyEntriesQuery(journey.journey_id, null, state === "all" ? null : state),
  );
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const nameOf = (entry: JourneyEntry) => {
    const node = nodeOf(journey.definition, entry.node);
    return node ? titleOf(node, words) : entry.node;
  };
  const columns: Column<JourneyEntry>[] = [
    {
      key: "name",
      title: t.name,
      cell: (entry) =>
        entry.customer_id === null ? (
          (entry.name ?? "—")
        ) : (
          <Link to={`/customers/${entry.customer_id}`}>{entry.name ?? `#${entry.customer_id}`}</Link>
        ),
    },
    { key: "state", title: t.state, cell: (entry) => faultWords(entry) ?? t.states[entry.state] },
    { key: "node", title: t.node, from: "medium", cell: nameOf },
    { key: "since", title: t.since, from: "medium", cell: (entry) => <When at={entry.entered_at} /> },
    {
      key: "due",
      title: t.due,
      from: "wide",
      cell: (entry) => (entry.due_at ? <When at={entry.due_at} /> : "—"),
    },
    {
      key: "path",
      title: "",
      align: "end",
      from: "medium",
      cell: (entry) => (
        <Link to={`/journeys/${journey.journey_id}?entry=${entry.entry_id}`}>{t.showPath}</Link>
      ),
    },
    {
      key: "actions",
      title: "",
      align: "end",
      cell: (entry) => <EntryActions journeyId={journey.journey_id} entries={[entry]} />,
    },
  ];
  return (
    <Panel
      flush
      title={t.people}
      extra={
        <Segmented
          aria-label={t.state}
          value={state}
          onChange={setState}
          options={STATES.map((value) => ({ value, label: t.states[value] }))}
        />
      }
    >
      {list.error && !rows ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <EmptyState compact icon={<TeamOutlined aria-hidden />} title={t.nobody} text={t.nobodyText} />
      ) : (
        <DataTable label={t.people} columns={columns} rows={rows} rowKey={(entry) => entry.entry_id} />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
