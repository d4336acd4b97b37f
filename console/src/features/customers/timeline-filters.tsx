import { FilterOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { TIMELINE_KINDS, type TimelineFilter, type TimelineKind } from "@/api/customers";
import { presentMs } from "@/shared/format/present";
import { useTexts } from "@/shared/i18n/texts";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { activityTexts } from "./activity-texts";
import styles from "./timeline.module.css";

const DAY_MS = 86_400_000;
const DAYS = { all: 0, week: 7, month: 30, quarter: 90 } as const;
type Span = keyof typeof DAYS;

/** What is looked for in a timeline, and the fields to say it. */
export function useTimelineFilter() {
  const [kind, setKind] = useState<TimelineKind | null>(null);
  const [source, setSource] = useState("");
  const [span, setSpan] = useState<Span>("all");
  const [since, setSince] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const filter: TimelineFilter = {
    kind,
    source,
    since,
    until: null,
    q: useDebounced(typed, TYPING_PAUSE_MS).trim(),
  };
  return {
    filter,
    isFiltered: kind !== null || source !== "" || since !== null || filter.q !== "",
    kind,
    setKind,
    source,
    setSource,
    span,
    /** Counted from the moment it is chosen, so that paging goes on in the same span. */
    setSpan: (chosen: Span) => {
      setSpan(chosen);
      setSince(chosen === "all" ? null : new Date(presentMs() - DAYS[chosen] * DAY_MS).toISOString());
    },
    typed,
    setTyped,
  };
}

interface FiltersProps {
  asked: ReturnType<typeof useTimelineFilter>;
  /** The sources of events that were met so far. */
  sources: readonly string[];
}

function Choices({ asked, sources }: FiltersProps) {
  const t = useTexts(activityTexts);
  return (
    <>
      <Select
        size="small"
        aria-label={t.kind}
        className={styles.choice ?? ""}
        value={asked.kind ?? ""}
        options={[
          { value: "", label: t.allKinds },
          ...TIMELINE_KINDS.map((value) => ({ value, label: t.kinds[value] })),
        ]}
        onChange={(value) => asked.setKind(TIMELINE_KINDS.find((kind) => kind === value) ?? null)}
      />
      <Select
        size="small"
        aria-label={t.source}
        className={styles.choice ?? ""}
        value={asked.source}
        options={[{ value: "", label: t.allSources }, ...sources.map((value) => ({ value, label: value }))]}
        onChange={asked.setSource}
      />
      <Select
        size="small"
        aria-label={t.span}
        className={styles.choice ?? ""}
        value={asked.span}
        options={(Object.keys(DAYS) as Span[]).map((value) => ({ value, label: t.spans[value] }))}
        onChange={asked.setSpan}
      />
    </>
  );
}

/** A search over the timeline, and behind a button what else it can be narrowed by. */
export function TimelineFilters({ asked, sources }: FiltersProps) {
  const t = useTexts(activityTexts);
  const [isOpen, setOpen] = useState(asked.isFiltered);
  return (
    <div className={styles.filters}>
      <Input
        allowClear
        size="small"
        className={styles.search ?? ""}
        prefix={<SearchOutlined aria-hidden />}
        aria-label={t.search}
        placeholder={t.search}
        maxLength={100}
        value={asked.typed}
        onChange={(event) => asked.setTyped(event.target.value)}
      />
      <Button
        size="small"
        icon={<FilterOutlined aria-hidden />}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {t.narrow}
      </Button>
      {isOpen && <Choices asked={asked} sources={sources} />}
    </div>
  );
}
