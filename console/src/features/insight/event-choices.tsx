import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { EventMatch } from "@/api/types";
import { useBook } from "@/shared/conditions/book";
import { Choice, Word } from "@/shared/conditions/fields/basics";
import { AddFilter, EventField, FiltersField } from "@/shared/conditions/fields/event-field";
import { useTexts } from "@/shared/i18n/texts";
import { insightTexts } from "./insight-texts";
import styles from "./insight.module.css";

const EVENTS_MAX = 10;

interface EventChoicesProps {
  label: string;
  value: readonly EventMatch[];
  /** Whether none may be named: whatever customers do themselves. */
  takesAnything?: boolean;
  /** Whether there may be several. */
  isOne?: boolean;
  onChange: (events: EventMatch[]) => void;
}

/** Any of some events, each with its filters. */
export function EventChoices({ label, value, takesAnything, isOne = false, onChange }: EventChoicesProps) {
  const t = useTexts(insightTexts);
  const book = useBook();
  const fresh = (): EventMatch => ({ event: book.events[0]?.name ?? "", where: [] });
  const set = (at: number, next: EventMatch) => onChange(value.map((each, i) => (i === at ? next : each)));
  return (
    <div className={styles.events} role="group" aria-label={label}>
      {takesAnything && (
        <Choice
          label={label}
          value={value.length === 0 ? "anything" : "named"}
          words={{ anything: t.anything, named: t.named }}
          keys={["anything", "named"]}
          onChange={(next) => onChange(next === "anything" ? [] : [fresh()])}
        />
      )}
      {value.map((match, at) => (
        // Events have no identity of their own; their place is all there is.
        <div key={at} className={styles.match}>
          {at > 0 && <Word>{t.or}</Word>}
          <EventField value={match.event} fault={null} onChange={(event) => set(at, { event, where: [] })} />
          <AddFilter value={match.where} onChange={(where) => set(at, { ...match, where })} />
          {value.length > 1 && (
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined aria-hidden />}
              aria-label={t.removeEvent}
              title={t.removeEvent}
              onClick={() => onChange(value.filter((_, i) => i !== at))}
            />
          )}
          <FiltersField
            event={match.event}
            value={match.where}
            fault={null}
            onChange={(where) => set(at, { ...match, where })}
          />
        </div>
      ))}
      {!isOne && value.length > 0 && value.length < EVENTS_MAX && (
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined aria-hidden />}
          aria-label={t.orEvent}
          title={t.orEvent}
          onClick={() => onChange([...value, fresh()])}
        />
      )}
    </div>
  );
}
