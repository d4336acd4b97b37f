import { Select } from "antd";
import type { Experiment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useEditing } from "./edit-context";
import { journeysTexts } from "./journeys-texts";

const NONE = 0;

interface ExperimentSelectProps {
  label: string;
  none: string;
  value: number | null;
  error: string | undefined;
  onChange: (experiment: Experiment | null) => void;
}

/** Which experiment decides; those that have ended decide nothing any more. */
export function ExperimentSelect({ label, none, value, error, onChange }: ExperimentSelectProps) {
  const t = useTexts(journeysTexts);
  const { experiments } = useEditing();
  const choices = experiments.filter(({ status, experiment_id: id }) => status !== "stopped" || id === value);
  const chosen = experiments.find(({ experiment_id: id }) => id === value);
  return (
    <Field
      label={label}
      error={error}
      note={chosen && chosen.status !== "live" && t.experimentNotes[chosen.status]}
    >
      {(control) => (
        <Select<number>
          {...control}
          showSearch={{ optionFilterProp: "label" }}
          value={value ?? NONE}
          onChange={(id) => onChange(experiments.find((each) => each.experiment_id === id) ?? null)}
          options={[
            { value: NONE, label: none },
            ...choices.map((each) => ({ value: each.experiment_id, label: each.name })),
          ]}
        />
      )}
    </Field>
  );
}
