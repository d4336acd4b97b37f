import { Input, Select } from "antd";
import { useId } from "react";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { ColumnSelect } from "./column-select";
import { CostMapping } from "./cost-mapping";
import { CustomerMapping } from "./customer-mapping";
import { IDENTITY_KINDS, KINDS, type Draft, type MappingProps } from "./import-draft";
import { importsTexts } from "./imports-texts";
import styles from "./imports.module.css";

function KindChoice({ draft, onChange }: Omit<MappingProps, "look">) {
  const t = useTexts(importsTexts);
  const id = useId();
  return (
    <fieldset className={styles.kinds}>
      <legend>{t.mapping.kind}</legend>
      {KINDS.map((kind) => (
        <label key={kind} htmlFor={`${id}-${kind}`} className={styles.kind}>
          <input
            id={`${id}-${kind}`}
            type="radio"
            name="import-kind"
            checked={draft.kind === kind}
            onChange={() => onChange({ kind })}
          />
          <strong className={styles.strong}>{t.kinds[kind]}</strong>
          <small className={styles.quiet}>{t.kindNotes[kind]}</small>
        </label>
      ))}
    </fieldset>
  );
}

function WhoFields({ look, draft, onChange }: MappingProps) {
  const t = useTexts(importsTexts).mapping;
  const { say } = useVocabulary();
  return (
    <>
      <ColumnSelect
        label={t.customer}
        note={t.customerNote}
        columns={look.columns}
        value={draft.customer}
        onChange={(customer) => onChange({ customer })}
        isNeeded
      />
      <Field label={t.customerKind}>
        {(control) => (
          <Select
            {...control}
            aria-label={t.customerKind}
            value={draft.customerKind}
            onChange={(customerKind) => onChange({ customerKind })}
            options={IDENTITY_KINDS.map((value) => ({ value, label: say("identities", value) }))}
          />
        )}
      </Field>
    </>
  );
}

function OrderMapping({ look, draft, onChange }: MappingProps) {
  const t = useTexts(importsTexts).mapping;
  const { orders } = draft;
  const set = (change: Partial<Draft["orders"]>) => onChange({ orders: { ...orders, ...change } });
  const { columns } = look;
  return (
    <div className={styles.fields}>
      <WhoFields look={look} draft={draft} onChange={onChange} />
      <ColumnSelect
        label={t.paidAt}
        columns={columns}
        value={orders.paidAt}
        onChange={(paidAt) => set({ paidAt })}
        isNeeded
      />
      <ColumnSelect
        label={t.total}
        columns={columns}
        value={orders.total}
        onChange={(total) => set({ total })}
        isNeeded
      />
      <ColumnSelect
        label={t.orderId}
        note={t.orderIdNote}
        columns={columns}
        value={orders.orderId}
        onChange={(orderId) => set({ orderId })}
      />
      <ColumnSelect
        label={t.quantity}
        columns={columns}
        value={orders.quantity}
        onChange={(quantity) => set({ quantity })}
      />
      <Field label={t.currency}>
        {(control) => (
          <Input
            {...control}
            maxLength={3}
            value={orders.currency}
            onChange={(event) => set({ currency: event.target.value })}
          />
        )}
      </Field>
      <Field label={t.shop} note={t.shopNote}>
        {(control) => (
          <Input
            {...control}
            maxLength={80}
            value={orders.shop}
            onChange={(event) => set({ shop: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

function EventMapping({ look, draft, onChange }: MappingProps) {
  const t = useTexts(importsTexts).mapping;
  const n = useNumberFormat();
  const { events } = draft;
  const { columns } = look;
  const set = (change: Partial<Draft["events"]>) => onChange({ events: { ...events, ...change } });
  const named = new Set([draft.customer, events.at, events.event, events.messageId]);
  const isNameless = !events.event && !events.eventName.trim();
  return (
    <>
      <div className={styles.fields}>
        <WhoFields look={look} draft={draft} onChange={onChange} />
        <ColumnSelect
          label={t.at}
          columns={columns}
          value={events.at}
          onChange={(at) => set({ at })}
          isNeeded
        />
        <ColumnSelect
          label={t.event}
          columns={columns}
          value={events.event}
          onChange={(event) => set({ event })}
        />
        <Field label={t.eventName} error={isNameless ? t.eventNeeded : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={100}
              disabled={events.event !== null}
              placeholder={t.eventNamePlaceholder}
              value={events.eventName}
              onChange={(event) => set({ eventName: event.target.value })}
            />
          )}
        </Field>
        <ColumnSelect
          label={t.messageId}
          note={t.messageIdNote}
          columns={columns}
          value={events.messageId}
          onChange={(messageId) => set({ messageId })}
        />
      </div>
      <p className={styles.others}>
        {t.others(n.whole(columns.filter((column) => !named.has(column)).length))}
      </p>
    </>
  );
}

/** What the file holds, and which column says what of it. */
export function MappingPanel(props: MappingProps) {
  const t = useTexts(importsTexts).mapping;
  const { look, draft } = props;
  return (
    <Panel title={t.title} note={look.guess.is_remembered ? t.remembered : t.guessed}>
      <KindChoice draft={draft} onChange={props.onChange} />
      {draft.kind === "orders" && <OrderMapping {...props} />}
      {draft.kind === "customers" && <CustomerMapping {...props} />}
      {draft.kind === "events" && <EventMapping {...props} />}
      {draft.kind === "costs" && <CostMapping {...props} />}
    </Panel>
  );
}
