import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Grid } from "antd";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import type { JourneyDocument } from "@/api/journey-document";
import { journeyEntryQuery, journeyNumbersQuery, type Journey, type JourneyNumbers } from "@/api/journeys";
import { useTexts } from "@/shared/i18n/texts";
import type { NodeNumbers } from "../canvas/canvas-context";
import type { Mark } from "../canvas/flow-elements";
import { LazyCanvas } from "../canvas/lazy-canvas";
import { WHEN } from "../canvas/layout";
import { titleOf } from "../node-summary";
import { nodeOf } from "../ports";
import { useNames } from "../use-names";
import { useJourney } from "./journey-context";
import { NodePeople } from "./node-people";
import { pageTexts } from "./page-texts";
import styles from "./page.module.css";

const NO_FAULTS = new Map<string, never[]>();

/** How many are where, by node and by way. */
function numbersOf(journey: Journey, numbers: JourneyNumbers | undefined) {
  if (journey.version === null || !numbers) return { nodes: null, passages: null };
  const nodes = new Map<string, NodeNumbers>(
    numbers.nodes.map((node) => [
      node.key,
      { resting: node.resting, passed: node.passed, faulted: node.paused },
    ]),
  );
  nodes.set(WHEN, { resting: 0, passed: journey.entered, faulted: 0 });
  const passages = new Map(
    numbers.nodes.flatMap((node) =>
      node.edges.flatMap(({ port, passed }): [string, number][] =>
        passed === null ? [] : [[`${node.key}:${port}`, passed]],
      ),
    ),
  );
  return { nodes, passages };
}

/** The way of one who entered, where one is asked for by `?entry=`. */
function useWay(journeyId: number) {
  const [search, setSearch] = useSearchParams();
  const asked = Number(search.get("entry"));
  const { data } = useQuery({ ...journeyEntryQuery(journeyId, asked), enabled: asked > 0 });
  const marks = useMemo(
    () => data && new Map(data.passages.map(({ node }): [string, Mark] => [node, "walked"])),
    [data],
  );
  return { entry: data?.entry, marks: marks ?? null, hide: () => setSearch({}, { replace: true }) };
}

/** What is in force, with how many are where; who they are beside it. */
export function JourneyWalk() {
  const t = useTexts(pageTexts);
  const journey = useJourney();
  const names = useNames(journey.definition);
  const screens = Grid.useBreakpoint();
  const numbers = useQuery({
    ...journeyNumbersQuery(journey.journey_id, journey.status === "running"),
    enabled: journey.version !== null,
  });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const document: JourneyDocument = journey.definition;
  const key = [...selected].find((each) => nodeOf(document, each)) ?? null;
  const node = nodeOf(document, key);
  const way = useWay(journey.journey_id);
  const shown = useMemo(() => numbersOf(journey, numbers.data), [journey, numbers.data]);
  const people = node && (
    <NodePeople
      key={node.key}
      journey={journey}
      node={node}
      wording={names.wording}
      numbers={shown.nodes?.get(node.key) ?? null}
    />
  );
  return (
    <div className={styles.walk}>
      <div className={styles.stage}>
        {way.entry && (
          <p className={styles.way}>
            {t.pathOf(way.entry.name ?? `#${way.entry.entry_id}`)}
            {way.marks?.size === 0 && way.entry.ended_at !== null && ` · ${t.pathForgotten}`}
            <Button size="small" type="text" onClick={way.hide}>
              {t.hidePath}
            </Button>
          </p>
        )}
        <LazyCanvas
          document={document}
          wording={names.wording}
          selected={selected}
          onSelect={setSelected}
          focus={null}
          faults={NO_FAULTS}
          numbers={shown.nodes}
          passages={shown.passages}
          marks={way.marks}
          editing={null}
        />
      </div>
      {screens.lg === false ? (
        <Drawer
          open={node !== undefined}
          aria-label={node && titleOf(node, names.wording.t)}
          placement="bottom"
          size="70%"
          onClose={() => setSelected(new Set())}
        >
          {people}
        </Drawer>
      ) : (
        <aside className={styles.people}>{people ?? <p className={styles.quiet}>{t.chooseNode}</p>}</aside>
      )}
    </div>
  );
}
