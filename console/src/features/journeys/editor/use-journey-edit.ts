import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { JourneyDocument, JourneyFault } from "@/api/journey-document";
import { faultsOfRefusal, journeyFaultsQuery, type Journey } from "@/api/journeys";
import { useHistory } from "@/shared/conditions/use-history";
import { useDebounced } from "@/shared/ui/use-debounced";

const REST_MS = 500;

/** A journey in the hand. */
export interface Edited {
  name: string;
  document: JourneyDocument;
}

const contentOf = (edited: Edited) => JSON.stringify(edited);

/** Changes with the way back and forth, what is stored of them, and what the server finds wrong. */
export function useJourneyEdit(journey: Journey | null, start: Edited) {
  const { present, change, back, forth } = useHistory(() => start);
  const [stored, setStored] = useState(() => (journey ? contentOf(start) : ""));
  // That of what was opened, not of what a colleague has saved since: so theirs is not overwritten unseen.
  const [known, setKnown] = useState(() => ({
    id: journey?.journey_id ?? null,
    revision: journey?.revision ?? null,
  }));
  const [refusal, setRefusal] = useState<{ of: Edited; faults: JourneyFault[] } | null>(null);
  const rested = useDebounced(present.document, REST_MS);
  const isRested = rested === present.document;
  const check = useQuery({
    ...journeyFaultsQuery(rested, known.id),
    placeholderData: keepPreviousData,
  });
  const refused = refusal?.of === present ? refusal.faults : null;
  const faults = useMemo(() => refused ?? check.data?.faults ?? [], [refused, check.data]);
  return {
    name: present.name,
    document: present.document,
    setName: (name: string) => change((before) => ({ ...before, name }), "name"),
    /** `of` names what is changed: quick changes of it are one step back. */
    change: (make: (document: JourneyDocument) => JourneyDocument, of: string | null = null) =>
      change((before) => {
        const document = make(before.document);
        return document === before.document ? before : { ...before, document };
      }, of),
    back,
    forth,
    faults,
    isChecking: !isRested || check.isFetching,
    isChecked: check.data !== undefined,
    known,
    isDirty: contentOf(present) !== stored,
    refuse: (error: Error) => setRefusal({ of: present, faults: faultsOfRefusal(error) }),
    markStored: (answer: Journey, sent: Edited) => {
      setKnown({ id: answer.journey_id, revision: answer.revision });
      setStored(contentOf(sent));
    },
    present,
  };
}

export type JourneyEdit = ReturnType<typeof useJourneyEdit>;
