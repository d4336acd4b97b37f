import { useQuery } from "@tanstack/react-query";
import { Input, Select } from "antd";
import { useState, type ReactNode } from "react";
import { tagGroupsQuery } from "@/api/tags";
import type { InsightBreakdown, InsightLength, InsightPeriod } from "@/api/types";
import { propertiesOf, useBook } from "@/shared/conditions/book";
import { Choice, NameField, Whole, Word } from "@/shared/conditions/fields/basics";
import { presentTime } from "@/shared/format/present";
import { businessDay } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { segmentSource } from "@/api/sources";
import { PickOne, PickSome } from "@/shared/ui/picker";
import { insightTexts } from "./insight-texts";
import styles from "./insight.module.css";

interface LineProps {
  name: string;
  /** Whether it has the whole width for itself. */
  wide?: boolean;
  children: ReactNode;
}

/** A field of the question with its name before it. */
export function Line({ name, wide = false, children }: LineProps) {
  return (
    <div className={wide ? `${styles.line} ${styles.wide}` : styles.line}>
      <span className={styles.lineName}>{name}</span>
      <div className={styles.lineFields}>{children}</div>
    </div>
  );
}

const today = () => businessDay(presentTime().toISOString());

export function PeriodField({
  value,
  onChange,
}: {
  value: InsightPeriod;
  onChange: (value: InsightPeriod) => void;
}) {
  const t = useTexts(insightTexts);
  return (
    <Line name={t.period}>
      <Choice
        label={t.period}
        value={value.kind}
        words={t.periodKinds}
        keys={["last", "days"]}
        onChange={(kind) =>
          onChange(
            kind === "last"
              ? { kind, amount: 30, unit: "day" }
              : { kind, since_on: `${today().slice(0, 8)}01`, until_on: today() },
          )
        }
      />
      {value.kind === "last" ? (
        <>
          <Whole
            label={t.lastWord}
            min={1}
            max={800}
            value={value.amount}
            onChange={(amount) => onChange({ ...value, amount })}
          />
          <Choice
            label={t.grain}
            value={value.unit}
            words={t.periodUnits}
            keys={["day", "week", "month"]}
            onChange={(unit) => onChange({ ...value, unit })}
          />
        </>
      ) : (
        <>
          <Input
            type="date"
            aria-label={t.since}
            className={styles.day ?? ""}
            value={value.since_on}
            onChange={(event) => event.target.value && onChange({ ...value, since_on: event.target.value })}
          />
          <Word>{t.to}</Word>
          <Input
            type="date"
            aria-label={t.until}
            className={styles.day ?? ""}
            value={value.until_on}
            onChange={(event) => event.target.value && onChange({ ...value, until_on: event.target.value })}
          />
        </>
      )}
    </Line>
  );
}

interface LengthFieldProps {
  name: string;
  value: InsightLength;
  onChange: (value: InsightLength) => void;
}

export function LengthField({ name, value, onChange }: LengthFieldProps) {
  const t = useTexts(insightTexts);
  return (
    <Line name={name}>
      <Whole
        label={name}
        min={1}
        value={value.amount}
        onChange={(amount) => onChange({ ...value, amount })}
      />
      <Choice
        label={name}
        value={value.unit}
        words={t.windowUnits}
        keys={["minute", "hour", "day"]}
        onChange={(unit) => onChange({ ...value, unit })}
      />
      {name === t.window && <Word>{t.within}</Word>}
    </Line>
  );
}

interface SegmentFieldProps {
  value: number | null | undefined;
  onChange: (segmentId: number | null) => void;
}

export function SegmentField({ value, onChange }: SegmentFieldProps) {
  const t = useTexts(insightTexts);
  return (
    <Line name={t.segment}>
      <PickOne
        source={segmentSource}
        label={t.segment}
        className={styles.wideSelect}
        none={t.allCustomers}
        fits={(row) => row.status !== "draft"}
        value={value ?? null}
        onChange={onChange}
      />
    </Line>
  );
}

type Kind = InsightBreakdown["kind"] | "none";
const KINDS: readonly Kind[] = ["none", "entry", "unit", "staff", "attribute", "property", "tag", "segments"];
const TOP = 10;

interface BreakdownFieldProps {
  /** The event whose properties can be chosen. */
  event: string;
  value: InsightBreakdown | null | undefined;
  onChange: (breakdown: InsightBreakdown | null) => void;
}

/** By what the answer is broken down; nothing is asked before it is complete. */
export function BreakdownField({ event, value, onChange }: BreakdownFieldProps) {
  const t = useTexts(insightTexts);
  const book = useBook();
  const [begun, setBegun] = useState<Kind>(value?.kind ?? "none");
  const kind = value?.kind ?? begun;
  const groups = useQuery({ ...tagGroupsQuery(), enabled: kind === "tag" });
  const begin = (next: Kind) => {
    setBegun(next);
    onChange(next === "entry" || next === "unit" || next === "staff" ? { kind: next, top: TOP } : null);
  };
  return (
    <Line name={t.breakdown}>
      <Choice label={t.breakdown} value={kind} words={t.breakdowns} keys={KINDS} onChange={begin} />
      {kind === "attribute" && (
        <NameField
          label={t.breakdowns.attribute}
          topic="attributes"
          value={value?.kind === "attribute" ? value.attribute : ""}
          names={book.attributes.map(({ name }) => name)}
          onChange={(attribute) => onChange({ kind: "attribute", attribute, top: TOP })}
        />
      )}
      {kind === "property" && (
        <NameField
          label={t.breakdowns.property}
          topic="attributes"
          value={value?.kind === "property" ? value.property : ""}
          names={propertiesOf(book, event).map(({ name }) => name)}
          onChange={(property) => onChange({ kind: "property", property, top: TOP })}
        />
      )}
      {kind === "tag" && (
        <Select<number>
          aria-label={t.breakdowns.tag}
          className={styles.wideSelect ?? ""}
          placeholder={t.choose}
          value={value?.kind === "tag" ? value.group_id : null}
          onChange={(groupId) => onChange({ kind: "tag", group_id: groupId, top: TOP })}
          options={(groups.data?.rows ?? []).map((row) => ({ value: row.group_id, label: row.name }))}
        />
      )}
      {kind === "segments" && (
        <PickSome
          source={segmentSource}
          maxCount={TOP}
          label={t.breakdowns.segments}
          className={styles.wideSelect}
          placeholder={t.choose}
          fits={(row) => row.status !== "draft"}
          value={value?.kind === "segments" ? value.segment_ids : []}
          onChange={(ids) => onChange(ids.length > 0 ? { kind: "segments", segment_ids: ids } : null)}
        />
      )}
    </Line>
  );
}
