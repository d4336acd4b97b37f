import { Button, Input, Select } from "antd";
import { useSearchParams } from "react-router";
import type { AuditFilter } from "@/api/company";
import { instantOf } from "@/shared/format/business-time";
import { useTexts } from "@/shared/i18n/texts";
import { StaffPick } from "@/shared/staff/staff-pick";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { settingsTexts } from "./settings-texts";
import styles from "./audit.module.css";

const DAY_MS = 86_400_000;
const ACTOR_KINDS = ["staff", "key", "system", "customer"] as const;
const OUTCOMES = ["allowed", "denied"] as const;

/** A day as the address holds it; nothing where somebody wrote another thing there. */
const dayIn = (text: string | null) =>
  text && /^2[01]\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : "";
const dayAfter = (day: string) => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
const midnightOf = (day: string) => instantOf(day && `${day}T00:00`) ?? undefined;

/** What is looked for in the audit; in the address, so that a view of it can be sent to a colleague. */
export function useAuditFilter() {
  const [search, setSearch] = useSearchParams();
  const of = <Name extends string>(name: string, all: readonly Name[]) =>
    all.find((each) => each === search.get(name));
  const chosen = {
    staff: Number(search.get("staff")) || null,
    by: of("by", ACTOR_KINDS),
    verb: search.get("verb") ?? "",
    kind: search.get("kind") ?? "",
    id: search.get("id") ?? "",
    outcome: of("outcome", OUTCOMES),
    since: dayIn(search.get("since")),
    until: dayIn(search.get("until")),
  };
  const id = useDebounced(chosen.id.trim(), TYPING_PAUSE_MS);
  const filter: AuditFilter = {
    staff_id: chosen.staff ?? undefined,
    actor_kind: chosen.by,
    verb: chosen.verb || undefined,
    subject: chosen.kind ? (id ? `${chosen.kind}:${id}` : chosen.kind) : undefined,
    outcome: chosen.outcome,
    since: midnightOf(chosen.since),
    until: midnightOf(chosen.until && dayAfter(chosen.until)),
  };
  return {
    chosen,
    filter,
    isFiltered: Object.values(chosen).some(Boolean),
    change: (told: Partial<Record<keyof typeof chosen, string | null>>) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(told))
            if (value) after.set(name, value);
            else after.delete(name);
          return after;
        },
        { replace: true },
      ),
    clear: () => setSearch({}, { replace: true }),
  };
}

type Asked = ReturnType<typeof useAuditFilter>;

/** By room, the whole of it first; requests that were refused at the door are called as the API calls them. */
function useVerbOptions() {
  const t = useTexts(settingsTexts).audit;
  const verbs = Object.entries(t.verbs);
  return Object.entries(t.rooms).map(([room, label]) => ({
    label,
    options: [
      { value: room, label: t.allOf(label) },
      ...verbs
        .filter(([verb]) => verb.startsWith(`${room}.`))
        .map(([value, word]) => ({ value, label: word })),
    ],
  }));
}

function WhoFields({ chosen, change }: Asked) {
  const t = useTexts(settingsTexts).audit;
  return (
    <>
      <StaffPick
        label={t.filters.staff}
        placeholder={t.filters.staff}
        className={styles.staff}
        value={chosen.staff}
        allowClear
        // What was done by somebody who has left is what one looks for.
        fits={() => true}
        onChange={(staff) => change({ staff: staff === null ? null : String(staff), by: null })}
      />
      <Select
        aria-label={t.filters.by}
        placeholder={t.filters.by}
        className={styles.short ?? ""}
        allowClear
        value={chosen.by}
        options={ACTOR_KINDS.map((value) => ({ value, label: t.actorKinds[value] }))}
        onChange={(by: string | undefined) => change({ by: by ?? null, staff: null })}
      />
    </>
  );
}

function WhatFields({ chosen, change }: Asked) {
  const t = useTexts(settingsTexts).audit;
  const verbs = useVerbOptions();
  return (
    <>
      <Select
        aria-label={t.filters.verb}
        placeholder={t.filters.verb}
        className={styles.verb ?? ""}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        popupMatchSelectWidth={false}
        value={chosen.verb || undefined}
        options={verbs}
        onChange={(verb: string | undefined) => change({ verb: verb ?? null })}
      />
      <Select
        aria-label={t.filters.kind}
        placeholder={t.filters.kind}
        className={styles.kind ?? ""}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        popupMatchSelectWidth={false}
        value={chosen.kind || undefined}
        options={Object.entries(t.subjects).map(([value, label]) => ({ value, label }))}
        onChange={(kind: string | undefined) => change({ kind: kind ?? null, id: null })}
      />
      <Input
        aria-label={t.filters.id}
        placeholder={t.filters.id}
        className={styles.short ?? ""}
        maxLength={100}
        disabled={!chosen.kind}
        value={chosen.id}
        onChange={({ target }) => change({ id: target.value })}
      />
      <Select
        aria-label={t.filters.outcome}
        placeholder={t.filters.outcome}
        className={styles.short ?? ""}
        allowClear
        value={chosen.outcome}
        options={OUTCOMES.map((value) => ({ value, label: t.outcomes[value] }))}
        onChange={(outcome: string | undefined) => change({ outcome: outcome ?? null })}
      />
    </>
  );
}

/** All that the audit can be narrowed by, in one row. */
export function AuditFilters({ asked }: { asked: Asked }) {
  const t = useTexts(settingsTexts).audit;
  const { chosen, change } = asked;
  return (
    <div role="search" aria-label={t.filters.label} className={styles.filters}>
      <WhoFields {...asked} />
      <WhatFields {...asked} />
      {(["since", "until"] as const).map((end) => (
        <Input
          key={end}
          type="date"
          aria-label={t.filters[end]}
          className={styles.day ?? ""}
          value={chosen[end]}
          onChange={({ target }) => change({ [end]: target.value })}
        />
      ))}
      {asked.isFiltered && (
        <Button type="link" onClick={asked.clear}>
          {t.filters.clear}
        </Button>
      )}
    </div>
  );
}
