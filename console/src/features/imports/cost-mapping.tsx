import { Input } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { ColumnSelect } from "./column-select";
import type { Draft, MappingProps } from "./import-draft";
import { importsTexts } from "./imports-texts";
import styles from "./imports.module.css";

/** Which column says what of a cost. */
export function CostMapping({ look, draft, onChange }: MappingProps) {
  const t = useTexts(importsTexts).costs;
  const { costs } = draft;
  const set = (change: Partial<Draft["costs"]>) => onChange({ costs: { ...costs, ...change } });
  const { columns } = look;
  return (
    <div className={styles.fields}>
      <ColumnSelect
        label={t.spentOn}
        columns={columns}
        value={costs.spentOn}
        onChange={(spentOn) => set({ spentOn })}
        isNeeded
      />
      <ColumnSelect
        label={t.amount}
        note={t.amountNote(costs.currency)}
        columns={columns}
        value={costs.amount}
        onChange={(amount) => set({ amount })}
        isNeeded
      />
      <ColumnSelect
        label={t.channel}
        columns={columns}
        value={costs.channel}
        onChange={(channel) => set({ channel })}
      />
      <Field label={t.channelName}>
        {(control) => (
          <Input
            {...control}
            maxLength={100}
            disabled={costs.channel !== null}
            value={costs.channelName}
            onChange={({ target }) => set({ channelName: target.value })}
          />
        )}
      </Field>
      <ColumnSelect
        label={t.campaign}
        columns={columns}
        value={costs.campaign}
        onChange={(campaign) => set({ campaign })}
      />
      <ColumnSelect
        label={t.content}
        columns={columns}
        value={costs.content}
        onChange={(content) => set({ content })}
      />
      <ColumnSelect label={t.note} columns={columns} value={costs.note} onChange={(note) => set({ note })} />
      <ColumnSelect
        label={t.costKey}
        note={t.costKeyNote}
        columns={columns}
        value={costs.costKey}
        onChange={(costKey) => set({ costKey })}
      />
    </div>
  );
}
