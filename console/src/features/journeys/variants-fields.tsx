import { Button } from "antd";
import type { Experiment, SendStep } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useEditing } from "./edit-context";
import { ExperimentSelect } from "./experiment-select";
import { journeysTexts } from "./journeys-texts";
import { MessageFields } from "./message-fields";
import styles from "./journey-editor.module.css";

interface VariantsFieldsProps {
  step: SendStep;
  faultOf: (field: string) => string | undefined;
  onChange: (step: SendStep) => void;
}

/** Other words for customers in arms of an experiment. */
export function VariantsFields({ step, faultOf, onChange }: VariantsFieldsProps) {
  const t = useTexts(journeysTexts);
  const { experiments } = useEditing();
  const { variants, title, body, link_url } = step;
  const chosen = experiments.find((each) => each.experiment_id === step.experiment_id);
  const arms = chosen?.definition.arms ?? [];
  const nameOf = (key: string) => arms.find((arm) => arm.key === key)?.name ?? key;
  const choose = (experiment: Experiment | null) =>
    onChange({
      ...step,
      experiment_id: experiment?.experiment_id ?? null,
      variants: (experiment?.definition.arms ?? [])
        .slice(1)
        .map(
          ({ key }) =>
            variants.find(({ arm }) => arm === key) ?? { arm: key, title, body, link_url: link_url ?? null },
        ),
    });
  return (
    <div className={styles.variants}>
      <ExperimentSelect
        label={t.variants}
        none={t.noVariants}
        value={step.experiment_id ?? null}
        error={faultOf("experiment_id") ?? faultOf("variants")}
        onChange={choose}
      />
      {variants.map((variant, at) => (
        <section key={variant.arm} className={styles.arm} aria-label={t.variantFor(nameOf(variant.arm))}>
          <header className={styles.armHead}>
            <strong>{t.variantFor(nameOf(variant.arm))}</strong>
            {variants.length > 1 && (
              <Button
                type="text"
                size="small"
                onClick={() => onChange({ ...step, variants: variants.filter((_, n) => n !== at) })}
              >
                {t.sameAsOthers}
              </Button>
            )}
          </header>
          <MessageFields
            text={variant}
            faultOf={(field) => faultOf(`variants.${at}.${field}`)}
            onChange={(change) =>
              onChange({
                ...step,
                variants: variants.map((each, n) => (n === at ? { ...each, ...change } : each)),
              })
            }
          />
        </section>
      ))}
    </div>
  );
}
