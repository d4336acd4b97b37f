import type { ComponentType } from "react";
import type { JourneySubject } from "@/api/journey-document";
import {
  codeSource,
  experimentSource,
  journeySource,
  poolSource,
  segmentSource,
  staffSource,
  type Source,
} from "@/api/sources";
import { rights, type Right } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { PickOne, useNamed } from "@/shared/ui/picker";

interface PickProps {
  label: string;
  control: { id: string; "aria-describedby": string | undefined };
  value: number | null;
  none: string | undefined;
  /** What stands there while nothing is chosen, where none has no name. */
  placeholder: string;
  subject: JourneySubject;
  onChange: (id: number | null) => void;
}

interface Many {
  /** One of them, found by typing. */
  Pick: ComponentType<PickProps>;
  /** What these are called; numbers that nobody may look up are left out. */
  useNamesOf: (ids: readonly number[]) => Readonly<Record<number, string>>;
}

/** A list that may be long; `fits` says whether one of it can be chosen anew. */
function many<Row>(
  source: Source<Row>,
  right: Right | null,
  fits: (row: Row, subject: JourneySubject) => boolean,
): Many {
  return {
    Pick: function Pick({ none, placeholder, subject, ...rest }) {
      const may = useMay();
      return (
        <PickOne
          {...rest}
          {...(none === undefined ? { placeholder } : { none })}
          source={source}
          enabled={right === null || may(right)}
          fits={(row) => fits(row, subject)}
        />
      );
    },
    useNamesOf: (ids) => {
      const may = useMay();
      const rows = useNamed(source, ids, right === null || may(right));
      return Object.fromEntries([...rows].map(([id, row]) => [id, source.nameOf(row)]));
    },
  };
}

/** What a journey may name of lists that are searched on the server. */
export const MANY = {
  segment: many(segmentSource, rights.readSegments, (row) => row.status === "live"),
  experiment: many(experimentSource, rights.readExperiments, (row) => row.status !== "stopped"),
  journey: many(journeySource, null, (row, subject) => row.status === "running" && row.subject === subject),
  code: many(codeSource, rights.readCodes, (row) => row.status === "live"),
  staff: many(staffSource, rights.readCompany, (row) => row.is_active),
  pool: many(poolSource, rights.readPromotions, (row) => !row.is_archived),
};

export type ManyKind = keyof typeof MANY;

const FIELDS: Readonly<Record<string, ManyKind>> = {
  segment_id: "segment",
  experiment_id: "experiment",
  journey_id: "journey",
  code_id: "code",
  staff_id: "staff",
  pool_id: "pool",
};

/** The numbers of such things that a document names, however deep. */
export function namedIn(document: unknown): Record<ManyKind, number[]> {
  const found: Record<ManyKind, number[]> = {
    segment: [],
    experiment: [],
    journey: [],
    code: [],
    staff: [],
    pool: [],
  };
  const look = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    for (const [field, value] of Object.entries(part)) {
      const kind = FIELDS[field];
      if (kind && typeof value === "number" && value > 0) found[kind].push(value);
      else look(value);
    }
  };
  look(document);
  return found;
}
