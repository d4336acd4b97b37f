import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { hookEndpointsQuery } from "@/api/hooks";
import { personaListQuery } from "@/api/personas";
import { tagGroupsQuery } from "@/api/tags";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { MANY, namedIn, type ManyKind } from "./many";
import type { Named, Wording } from "./node-summary";
import { nodeTexts } from "./node-texts";

export interface Choice {
  value: number;
  label: string;
  /** Whether it can be chosen anew: it is in force. */
  isOffered: boolean;
}

/** Of what there are few, so that all of them come at once. */
export type FewKind = Exclude<Named, ManyKind>;

/** What nodes may name of the short lists, undefined while it is on its way or may not be read. */
export interface Names {
  choices: Readonly<Record<FewKind, readonly Choice[] | undefined>>;
  wording: Wording;
}

const choice = (value: number, label: string, isOffered = true): Choice => ({ value, label, isOffered });

/** What those are called that a document names of the long lists; only these are asked for. */
function useNamesIn(document: unknown): Record<ManyKind, Readonly<Record<number, string>>> {
  const ids = useMemo(() => namedIn(document), [document]);
  const names = {
    segment: MANY.segment.useNamesOf(ids.segment),
    experiment: MANY.experiment.useNamesOf(ids.experiment),
    journey: MANY.journey.useNamesOf(ids.journey),
    code: MANY.code.useNamesOf(ids.code),
    staff: MANY.staff.useNamesOf(ids.staff),
    pool: MANY.pool.useNamesOf(ids.pool),
  };
  const written = JSON.stringify(names);
  return useMemo(() => JSON.parse(written) as typeof names, [written]);
}

/** What the parts of a journey (or of several versions of it) are called. */
export function useNames(document: unknown): Names {
  const t = useTexts(nodeTexts);
  const vocabulary = useVocabulary();
  const may = useMay();
  const named = useNamesIn(document);
  const personas = useQuery({ ...personaListQuery(false), enabled: may(rights.readPersonas) }).data;
  const tags = useQuery({ ...tagGroupsQuery(), enabled: may(rights.readTags) }).data;
  const endpoints = useQuery({
    ...hookEndpointsQuery(),
    refetchInterval: false,
    enabled: may(rights.readHooks),
  }).data;
  return useMemo(() => {
    const choices: Names["choices"] = {
      persona: personas?.rows.map((each) => choice(each.persona_id, each.name)),
      tag: tags?.rows.flatMap((group) =>
        group.tags.map((tag) => choice(tag.tag_id, tag.name, !tag.is_archived && !group.is_archived)),
      ),
      endpoint: endpoints?.map((each) => choice(each.endpoint_id, each.name, each.is_enabled)),
    };
    const few = (of: FewKind) =>
      Object.fromEntries(choices[of]?.map(({ value, label }) => [value, label]) ?? []);
    const names: Record<Named, Readonly<Record<number, string>>> = {
      ...named,
      persona: few("persona"),
      tag: few("tag"),
      endpoint: few("endpoint"),
    };
    return {
      choices,
      wording: {
        t,
        say: (topic, name) => vocabulary.say(topic, name),
        nameOf: (of, id) => names[of][id],
      },
    };
  }, [named, personas, tags, endpoints, t, vocabulary]);
}
