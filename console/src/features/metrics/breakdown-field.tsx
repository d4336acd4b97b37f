import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { tagGroupsQuery } from "@/api/tags";
import type { MetricBreakdown } from "@/api/types";
import { vocabularyQuery } from "@/api/vocabulary";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { segmentSource } from "@/api/sources";
import { PickSome } from "@/shared/ui/picker";
import { metricsTexts } from "./metrics-texts";
import styles from "./metrics.module.css";

type Kind = MetricBreakdown["kind"] | "none";
const KINDS: readonly Kind[] = [
  "none",
  "entry",
  "property",
  "attribute",
  "tag",
  "segments",
  "unit",
  "staff",
  "turn",
];
const TOP = 8;

interface BreakdownFieldProps {
  /** The events whose properties can be chosen. */
  events: readonly string[];
  /** Words that can be chosen like properties, where there is more to it than events. */
  words?: readonly string[];
  value: MetricBreakdown | null;
  onChange: (breakdown: MetricBreakdown | null) => void;
  /** What was begun and is not complete yet. */
  kind: Kind;
  onKind: (kind: Kind) => void;
}

/** By what a number is broken down. */
export function BreakdownField({ events, words = [], value, onChange, kind, onKind }: BreakdownFieldProps) {
  const t = useTexts(metricsTexts);
  const say = useVocabulary();
  const vocabulary = useQuery(vocabularyQuery());
  const groups = useQuery({ ...tagGroupsQuery(), enabled: kind === "tag" });
  const choose = (next: Kind) => {
    onKind(next);
    if (next === "entry" || next === "unit" || next === "staff") onChange({ kind: next, top: TOP });
    else onChange(next === "turn" ? { kind: next } : null);
  };
  const offered = KINDS.filter((each) => each !== "property" || events.length + words.length > 0);
  const properties = [
    ...new Set([
      ...words,
      ...(vocabulary.data?.events
        .filter(({ name }) => events.includes(name))
        .flatMap((e) => e.properties.map((p) => p.name)) ?? []),
    ]),
  ];
  const attributes = vocabulary.data?.attributes.map(({ name }) => name) ?? [];
  const common = {
    "aria-label": t.breakdownOf,
    style: { minWidth: 160 },
    showSearch: { optionFilterProp: "label" },
  } as const;
  return (
    <>
      <label className={styles.field}>
        {t.breakdown}
        <Select<Kind>
          aria-label={t.breakdown}
          style={{ minWidth: 130 }}
          value={kind}
          onChange={choose}
          options={offered.map((each) => ({ value: each, label: t.breakdowns[each] }))}
        />
      </label>
      {kind === "property" && (
        <Select
          {...common}
          value={value?.kind === "property" ? value.property : undefined}
          onChange={(property: string) => onChange({ kind: "property", property, top: TOP })}
          options={properties.map((name) => ({ value: name, label: name }))}
        />
      )}
      {kind === "attribute" && (
        <Select
          {...common}
          value={value?.kind === "attribute" ? value.attribute : undefined}
          onChange={(attribute: string) => onChange({ kind: "attribute", attribute, top: TOP })}
          options={attributes.map((name) => ({ value: name, label: say.say("attributes", name) }))}
        />
      )}
      {kind === "tag" && (
        <Select
          {...common}
          value={value?.kind === "tag" ? value.group_id : undefined}
          onChange={(id: number) => onChange({ kind: "tag", group_id: id, top: TOP })}
          options={groups.data?.rows.map(({ group_id: id, name }) => ({ value: id, label: name })) ?? []}
        />
      )}
      {kind === "segments" && (
        <PickSome
          source={segmentSource}
          label={t.breakdownOf}
          className={styles.picker}
          maxCount={TOP}
          value={value?.kind === "segments" ? value.segment_ids : []}
          onChange={(ids) => onChange(ids.length > 0 ? { kind: "segments", segment_ids: ids } : null)}
        />
      )}
    </>
  );
}

export type { Kind as BreakdownKind };
