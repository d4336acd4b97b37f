import { InputNumber, Select } from "antd";
import type { EventCountCondition, EventSumCondition, RecencyCondition } from "@/api/types";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { EventSelect, NameSelect, pairs, Whole, type FieldsProps } from "./condition-fields";
import { segmentsTexts } from "./segments-texts";
import styles from "./builder.module.css";

const DEFAULT_WINDOW_DAYS = 30;

interface WindowProps {
  days: number | null | undefined;
  disabled: boolean;
  fault: boolean;
  onChange: (days: number | null) => void;
}

/** "at any time", or "in the last N days". */
function WindowField({ days, disabled, fault, onChange }: WindowProps) {
  const t = useTexts(segmentsTexts);
  const limited = days !== null && days !== undefined;
  return (
    <>
      <Select
        aria-label={t.window}
        popupMatchSelectWidth={false}
        disabled={disabled}
        value={limited ? "limited" : "any"}
        onChange={(choice) => onChange(choice === "limited" ? DEFAULT_WINDOW_DAYS : null)}
        options={[
          { value: "any", label: t.anyTime },
          { value: "limited", label: t.withinDays },
        ]}
      />
      {limited && (
        <>
          <Whole label={t.days} min={1} value={days} disabled={disabled} fault={fault} onChange={onChange} />
          <span className={styles.word}>{t.daysUnit}</span>
        </>
      )}
    </>
  );
}

export function EventCountFields(props: FieldsProps<EventCountCondition>) {
  const { condition, names, disabled, faultField, onChange } = props;
  const t = useTexts(segmentsTexts);
  return (
    <>
      <WindowField
        days={condition.within_days}
        disabled={disabled}
        fault={faultField === "within_days"}
        onChange={(days) => onChange({ ...condition, within_days: days })}
      />
      <EventSelect
        value={condition.event}
        events={names.events}
        disabled={disabled}
        fault={faultField === "event"}
        onChange={(event) => onChange({ ...condition, event })}
      />
      <Select
        aria-label={t.operator}
        popupMatchSelectWidth={false}
        disabled={disabled}
        value={condition.operator}
        onChange={(operator) => onChange({ ...condition, operator })}
        options={pairs(t.countOperators, ["at_least", "at_most", "exactly"])}
      />
      <Whole
        label={t.count}
        min={condition.operator === "at_least" ? 1 : 0}
        value={condition.count}
        disabled={disabled}
        fault={faultField === "count"}
        onChange={(count) => onChange({ ...condition, count })}
      />
      <span className={styles.word}>{t.times}</span>
    </>
  );
}

export function EventSumFields(props: FieldsProps<EventSumCondition>) {
  const { condition, names, disabled, faultField, onChange } = props;
  const t = useTexts(segmentsTexts);
  const properties = names.events.find((event) => event.name === condition.event)?.properties ?? [];
  const currency = useCurrency();
  // Money is kept in whole fen and typed in yuan.
  const scale = condition.property.endsWith("_fen") ? 100 : 1;
  return (
    <>
      <WindowField
        days={condition.within_days}
        disabled={disabled}
        fault={faultField === "within_days"}
        onChange={(days) => onChange({ ...condition, within_days: days })}
      />
      <EventSelect
        value={condition.event}
        events={names.events}
        disabled={disabled}
        fault={faultField === "event"}
        onChange={(event) => onChange({ ...condition, event })}
      />
      <span className={styles.word}>{t.sumOf}</span>
      <NameSelect
        label={t.property}
        topic="attributes"
        value={condition.property}
        names={properties.filter(({ kind }) => kind === "number").map(({ name }) => name)}
        disabled={disabled}
        fault={faultField === "property"}
        onChange={(property) => onChange({ ...condition, property })}
      />
      <Select
        aria-label={t.operator}
        popupMatchSelectWidth={false}
        disabled={disabled}
        value={condition.operator}
        onChange={(operator) => onChange({ ...condition, operator })}
        options={pairs(t.countOperators, ["at_least", "at_most"])}
      />
      <InputNumber
        aria-label={t.value}
        className={styles.amount ?? ""}
        disabled={disabled}
        status={faultField === "value" ? "error" : ""}
        value={condition.value / scale}
        onChange={(value) =>
          value !== null && onChange({ ...condition, value: Math.round(value * scale * 100) / 100 })
        }
      />
      {scale === 100 && <span className={styles.word}>{currency === "CNY" ? t.yuan : currency}</span>}
    </>
  );
}

export function RecencyFields(props: FieldsProps<RecencyCondition>) {
  const { condition, names, disabled, faultField, onChange } = props;
  const t = useTexts(segmentsTexts);
  return (
    <>
      <EventSelect
        value={condition.event}
        events={names.events}
        disabled={disabled}
        fault={faultField === "event"}
        onChange={(event) => onChange({ ...condition, event })}
      />
      <span className={styles.word}>{t.last}</span>
      <Whole
        label={t.days}
        min={1}
        value={condition.days}
        disabled={disabled}
        fault={faultField === "days"}
        onChange={(days) => onChange({ ...condition, days })}
      />
      <span className={styles.word}>{t.daysUnit}</span>
      <Select
        aria-label={t.operator}
        popupMatchSelectWidth={false}
        disabled={disabled}
        value={condition.operator}
        onChange={(operator) => onChange({ ...condition, operator })}
        options={pairs(t.recencyOperators, ["within", "more_than"])}
      />
    </>
  );
}
