import type { ConsentCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useBook } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Choice, NameField, type FieldsProps } from "../fields/basics";

const STATES = ["allowed", "granted", "withdrawn", "unasked"] as const;

export function ConsentFields({ condition, fault, onChange }: FieldsProps<ConsentCondition>) {
  const t = useTexts(conditionsTexts);
  const { purposes, channels } = useBook();
  const set = (change: Partial<ConsentCondition>) => onChange({ ...condition, ...change });
  const byChannel = (purpose: string) => purposes.find(({ name }) => name === purpose)?.byChannel ?? true;
  return (
    <>
      {byChannel(condition.purpose) && (
        <NameField
          label={t.channel}
          topic="channels"
          value={condition.channel ?? ""}
          names={channels}
          fault={below(fault, "channel") !== null}
          onChange={(channel) => set({ channel })}
        />
      )}
      <NameField
        label={t.purpose}
        topic="purposes"
        value={condition.purpose}
        names={purposes.map(({ name }) => name)}
        fault={below(fault, "purpose") !== null}
        onChange={(purpose) =>
          set({ purpose, channel: byChannel(purpose) ? (condition.channel ?? channels[0] ?? null) : null })
        }
      />
      <Choice
        label={t.consentState}
        value={condition.state}
        words={t.consentStates}
        keys={STATES}
        fault={below(fault, "state") !== null}
        onChange={(state) => set({ state })}
      />
    </>
  );
}
