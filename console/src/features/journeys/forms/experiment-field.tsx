import type { Experiment } from "@/api/types";
import { experimentSource } from "@/api/sources";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { PickOne, useNamed } from "@/shared/ui/picker";
import { formTexts } from "./form-texts";

interface ExperimentFieldProps {
  label: string;
  none: string;
  note?: string | undefined;
  value: number | null;
  error: string | undefined;
  onChange: (experiment: Experiment | null) => void;
}

/** The experiment of a number; undefined where there is none, or while it is on its way. */
export function useExperiment(id: number | null): Experiment | undefined {
  const may = useMay();
  return useNamed(experimentSource, id === null ? [] : [id], may(rights.readExperiments)).get(id ?? 0);
}

/** Which experiment decides; those that have ended decide nothing any more. */
export function ExperimentField({ label, none, note, value, error, onChange }: ExperimentFieldProps) {
  const t = useTexts(formTexts);
  const may = useMay();
  const chosen = useExperiment(value);
  return (
    <Field
      label={label}
      note={chosen && chosen.status !== "live" ? t.experimentNotes[chosen.status] : note}
      error={error}
    >
      {(control) => (
        <PickOne
          control={control}
          label={label}
          none={none}
          source={experimentSource}
          enabled={may(rights.readExperiments)}
          fits={(row) => row.status !== "stopped"}
          value={value}
          onChange={(_, row) => onChange(row ?? null)}
        />
      )}
    </Field>
  );
}
