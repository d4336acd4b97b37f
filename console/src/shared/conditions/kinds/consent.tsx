import type { ConsentCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { channelFor, useBook } from "../book";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Choice, NameField, type FieldsProps } from "../fields/basics";

const STATES = ["allowed", "granted", "withdrawn", "unasked"] as const;

export function ConsentFields({ condition, fault, onChange }: FieldsProps<ConsentCondition>) {
  const t = useTexts(conditionsTexts);
  const { purposes } = useBook();
  const purpose = purposes.find(({ name }) => name === condition.purpose);
  const set = (change: Partial<ConsentCondition>) => onChange({ ...condition, ...change });
  return (
    <>
      {purpose?.byChannel !== false && (
        <NameField
          label={t.channel}
          topic="channels"
          value={condition.channel ?? ""}
          names={purpose?.channels ?? []}
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
        onChange={(next) =>
          set({ purpose: next, channel: channelFor(purposes, next, condition.channel ?? null) })
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
