import type { Experiment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useEditing } from "../edit-context";
import { PickField } from "./fields";
import { formTexts } from "./form-texts";

interface ExperimentFieldProps {
  label: string;
  none: string;
  note?: string | undefined;
  value: number | null;
  error: string | undefined;
  onChange: (experiment: Experiment | null) => void;
}

/** Which experiment decides; those that have ended decide nothing any more. */
export function ExperimentField({ label, none, note, value, error, onChange }: ExperimentFieldProps) {
  const t = useTexts(formTexts);
  const { experiments, choices } = useEditing().names;
  const chosen = experiments.find(({ experiment_id: id }) => id === value);
  return (
    <PickField
      label={label}
      none={none}
      choices={choices.experiment}
      error={error}
      note={chosen && chosen.status !== "live" ? t.experimentNotes[chosen.status] : note}
      value={value}
      onChange={(id) => onChange(experiments.find((each) => each.experiment_id === id) ?? null)}
    />
  );
}
