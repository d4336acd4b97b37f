import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { findCuts, saveRfm } from "@/api/value";
import type { RfmDefinition, RfmRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMayChange } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { editedRevision } from "./edited-revision";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

type Scale = RfmDefinition["scales"][number];

const isMoney = (scale: Scale) => scale.measure === "monetary" || scale.measure === "ticket";

interface ScaleRowProps {
  scale: Scale;
  disabled: boolean;
  onChange: (scale: Scale) => void;
}

function ScaleRow({ scale, disabled, onChange }: ScaleRowProps) {
  const t = useTexts(valueTexts);
  const measure = t.measures[scale.measure];
  const unit = isMoney(scale) ? 100 : 1;
  const ways = (["custom", "quantiles", "mean"] as const).filter(
    (by) => by !== "mean" || scale.cuts.length === 1,
  );
  return (
    <div className={styles.scale}>
      <span>{measure}</span>
      <Select
        aria-label={t.byLabel(measure)}
        style={{ width: 110 }}
        disabled={disabled}
        value={scale.by}
        onChange={(by) => onChange({ ...scale, by })}
        options={ways.map((value) => ({ value, label: t.by[value] }))}
      />
      <div className={styles.cuts}>
        {scale.cuts.map((cut, place) => (
          <InputNumber
            key={place}
            aria-label={t.cutLabel(measure, place + 1)}
            style={{ width: 110 }}
            min={1 / unit}
            precision={unit === 100 ? 2 : 0}
            disabled={disabled || scale.by !== "custom"}
            value={cut / unit}
            onChange={(value) =>
              value !== null && onChange({ ...scale, cuts: scale.cuts.with(place, Math.round(value * unit)) })
            }
          />
        ))}
      </div>
    </div>
  );
}

interface Edit {
  name: string;
  definition: RfmDefinition;
  /** The scheme as it was when the edit began. */
  opened: RfmRow;
}

/** Where scores begin. What is changed here is a draft until it is published. */
export function RfmCuts({ scheme }: { scheme: RfmRow }) {
  const t = useTexts(valueTexts);
  const may = useMayChange(scheme);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const stored = scheme.draft_definition ?? scheme.definition;
  const [edit, setEdit] = useState<Edit | null>(null);
  const { name, definition, opened } = edit ?? { name: scheme.name, definition: stored, opened: scheme };
  const change = (changes: Partial<Edit>) => setEdit({ name, definition, opened, ...changes });
  const setDefinition = (changed: RfmDefinition) => change({ definition: changed });
  const disabled = !may(rights.writeRfm);
  const recut = useMutation({ mutationFn: findCuts, onSuccess: setDefinition, onError: notices.failed });
  const save = useMutation({
    mutationFn: () =>
      saveRfm(scheme.scheme_id, { name: name.trim(), definition, revision: editedRevision(opened, scheme) }),
    onSuccess: async () => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["rfm-choices"] });
      setEdit(null);
    },
    onError: notices.failed,
  });
  const isChanged = edit !== null;
  return (
    <Panel
      title={t.cuts}
      note={t.cutsNote}
      extra={
        !disabled && (
          <div className={styles.actions}>
            <Button loading={recut.isPending} onClick={() => recut.mutate(definition)}>
              {t.recut}
            </Button>
            <Button
              type="primary"
              disabled={!isChanged || name.trim() === ""}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              {t.save}
            </Button>
          </div>
        )
      }
    >
      <div className={styles.scales}>
        <div className={styles.scale}>
          <label htmlFor="rfm-name">{t.name}</label>
          <Input
            id="rfm-name"
            maxLength={120}
            style={{ maxWidth: 260 }}
            disabled={disabled}
            value={name}
            onChange={(event) => change({ name: event.target.value })}
          />
        </div>
        <div className={styles.scale}>
          <label htmlFor="rfm-days">{t.days}</label>
          <InputNumber
            id="rfm-days"
            style={{ width: 140 }}
            min={1}
            max={3650}
            precision={0}
            placeholder={t.daysAll}
            disabled={disabled}
            value={definition.days ?? null}
            onChange={(days) => setDefinition({ ...definition, days })}
          />
        </div>
        {definition.scales.map((scale, place) => (
          <ScaleRow
            key={scale.measure}
            scale={scale}
            disabled={disabled}
            onChange={(changed) =>
              setDefinition({ ...definition, scales: definition.scales.with(place, changed) })
            }
          />
        ))}
      </div>
    </Panel>
  );
}
