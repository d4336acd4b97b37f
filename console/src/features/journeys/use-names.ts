import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { codeListQuery } from "@/api/codes";
import type { JourneySubject } from "@/api/journey-document";
import { staffListQuery } from "@/api/company";
import { experimentListQuery } from "@/api/experiments";
import { hookEndpointsQuery } from "@/api/hooks";
import { journeyListQuery } from "@/api/journeys";
import { personaListQuery } from "@/api/personas";
import { couponPoolListQuery } from "@/api/promotions";
import { segmentListQuery } from "@/api/segments";
import { tagGroupsQuery } from "@/api/tags";
import type { Experiment } from "@/api/types";
import { useAllPages } from "@/shared/conditions/fields/use-all-pages";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import type { Named, Wording } from "./node-summary";
import { nodeTexts } from "./node-texts";

export interface Choice {
  value: number;
  label: string;
  /** Whether it can be chosen anew: it is in force. */
  isOffered: boolean;
}

/** What nodes may name, undefined while it is on its way or may not be read. */
export interface Names {
  choices: Readonly<Record<Named, readonly Choice[] | undefined>>;
  experiments: readonly Experiment[];
  wording: Wording;
}

const choice = (value: number, label: string, isOffered = true): Choice => ({ value, label, isOffered });

/** All that a journey may name, by its number; what is offered anew is for its kind of subject. */
export function useNames(subject: JourneySubject = "customer"): Names {
  const t = useTexts(nodeTexts);
  const vocabulary = useVocabulary();
  const may = useMay();
  const segments = useAllPages(
    useInfiniteQuery({ ...segmentListQuery(), enabled: may(rights.readSegments) }),
  );
  const experiments = useAllPages(
    useInfiniteQuery({ ...experimentListQuery(), enabled: may(rights.readExperiments) }),
  );
  const journeys = useAllPages(useInfiniteQuery(journeyListQuery()));
  const codes = useAllPages(useInfiniteQuery({ ...codeListQuery(), enabled: may(rights.readCodes) }));
  const staff = useAllPages(useInfiniteQuery({ ...staffListQuery(), enabled: may(rights.readCompany) }));
  const personas = useQuery({ ...personaListQuery(false), enabled: may(rights.readPersonas) }).data;
  const tags = useQuery({ ...tagGroupsQuery(), enabled: may(rights.readTags) }).data;
  const pools = useAllPages(
    useInfiniteQuery({ ...couponPoolListQuery(), enabled: may(rights.readPromotions) }),
  );
  const endpoints = useQuery({
    ...hookEndpointsQuery(),
    refetchInterval: false,
    enabled: may(rights.readHooks),
  }).data;
  const key = JSON.stringify([
    pools?.length,
    segments?.length,
    experiments?.length,
    journeys?.length,
    codes?.length,
    staff?.length,
  ]);
  return useMemo(() => {
    const choices: Names["choices"] = {
      segment: segments?.map((each) => choice(each.segment_id, each.name, each.status === "live")),
      experiment: experiments?.map((each) =>
        choice(each.experiment_id, each.name, each.status !== "stopped"),
      ),
      journey: journeys?.map((each) =>
        choice(each.journey_id, each.name, each.status === "running" && each.subject === subject),
      ),
      code: codes?.map((each) => choice(each.code_id, each.name, each.status === "live")),
      staff: staff?.map((each) => choice(each.staff_id, each.name, each.is_active)),
      persona: personas?.rows.map((each) => choice(each.persona_id, each.name)),
      tag: tags?.rows.flatMap((group) =>
        group.tags.map((tag) => choice(tag.tag_id, tag.name, !tag.is_archived && !group.is_archived)),
      ),
      pool: pools?.map((each) => choice(each.pool_id, each.name, !each.is_archived)),
      endpoint: endpoints?.map((each) => choice(each.endpoint_id, each.name, each.is_enabled)),
    };
    const maps = new Map(
      (Object.keys(choices) as Named[]).map((of) => [
        of,
        new Map(choices[of]?.map(({ value, label }) => [value, label])),
      ]),
    );
    return {
      choices,
      experiments: experiments ?? [],
      wording: {
        t,
        say: (topic, name) => vocabulary.say(topic, name),
        nameOf: (of, id) => maps.get(of)?.get(id),
      },
    };
    // The rows of pages are new lists at each drawing; that there are more or fewer of them is what matters.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, subject, personas, tags, endpoints, t, vocabulary]);
}
