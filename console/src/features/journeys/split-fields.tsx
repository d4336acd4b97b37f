import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber } from "antd";
import type { ReactNode } from "react";
import type { Experiment } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useEditing } from "./edit-context";
import { ExperimentSelect } from "./experiment-select";
import { ARMS_MAX, editArm, type EditArm, type EditSplit, type EditStep } from "./journey-draft";
import { journeysTexts } from "./journeys-texts";
import styles from "./journey-editor.module.css";

/** The first letter that no arm is called by. */
const freeKey = (arms: readonly EditArm[]) =>
  ["a", "b", "c", "d", "e", "f"].find((key) => !arms.some((arm) => arm.key === key)) ?? `arm_${arms.length}`;

interface SplitFieldsProps {
  step: EditSplit;
  faultOf: (field: string) => string | undefined;
  onChange: (step: EditSplit) => void;
  /** The list of an arm's steps. */
  stepsOf: (arm: EditArm, onChange: (steps: EditStep[]) => void) => ReactNode;
}

/** Who goes which way, and what happens there; the ways stand beside each other where there is room. */
export function SplitFields({ step, faultOf, onChange, stepsOf }: SplitFieldsProps) {
  const t = useTexts(journeysTexts);
  const n = useNumberFormat();
  const { experiments } = useEditing();
  const { arms } = step;
  const experiment = experiments.find((each) => each.experiment_id === step.experiment_id);
  const weightOf = (arm: EditArm) =>
    experiment?.definition.arms.find(({ key }) => key === arm.key)?.weight ?? arm.weight;
  const total = arms.reduce((sum, arm) => sum + weightOf(arm), 0);
  const change = (id: number, part: Partial<EditArm>) =>
    onChange({ ...step, arms: arms.map((arm) => (arm.id === id ? { ...arm, ...part } : arm)) });
  const choose = (chosen: Experiment | null) =>
    onChange({
      ...step,
      experiment_id: chosen?.experiment_id ?? null,
      arms: chosen
        ? chosen.definition.arms.map(({ key, name }, at) =>
            editArm({ key, name, weight: 1, steps: arms[at]?.steps ?? [] }),
          )
        : arms,
    });
  return (
    <div className={styles.split}>
      <ExperimentSelect
        label={t.splitBy}
        none={t.byLot}
        value={step.experiment_id}
        error={faultOf("experiment_id")}
        onChange={choose}
      />
      <p className={styles.splitNote}>{step.experiment_id === null ? t.byLotNote : t.byExperimentNote}</p>
      <div className={styles.arms}>
        {arms.map((arm, at) => (
          <section key={arm.id} className={styles.arm} aria-label={arm.name}>
            <header className={styles.armHead}>
              {step.experiment_id === null ? (
                <>
                  <Input
                    aria-label={t.armName}
                    maxLength={120}
                    status={faultOf(`arms.${at}.name`) ? "error" : ""}
                    value={arm.name}
                    onChange={(event) => change(arm.id, { name: event.target.value })}
                  />
                  <InputNumber<number>
                    aria-label={t.armWeight}
                    title={t.armWeight}
                    className={styles.weight ?? ""}
                    min={1}
                    max={1000}
                    precision={0}
                    value={arm.weight}
                    onChange={(weight) => weight !== null && change(arm.id, { weight })}
                  />
                </>
              ) : (
                <strong className={styles.armName}>{arm.name}</strong>
              )}
              <span className={styles.armShare}>{n.share(weightOf(arm) / total)}</span>
              {step.experiment_id === null && arms.length > 2 && (
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined />}
                  aria-label={t.removeArm(arm.name)}
                  onClick={() => onChange({ ...step, arms: arms.filter(({ id }) => id !== arm.id) })}
                />
              )}
            </header>
            {faultOf(`arms.${at}.name`) && (
              <p role="alert" className={styles.fault}>
                {faultOf(`arms.${at}.name`)}
              </p>
            )}
            {arm.steps.length === 0 && <p className={styles.splitNote}>{t.armEmpty}</p>}
            {stepsOf(arm, (steps) => change(arm.id, { steps }))}
          </section>
        ))}
      </div>
      {step.experiment_id === null && arms.length < ARMS_MAX && (
        <Button
          size="small"
          className={styles.insert ?? ""}
          icon={<PlusOutlined />}
          onClick={() => {
            const key = freeKey(arms);
            const made = editArm({ key, name: t.armNamed(key.toUpperCase()), weight: 1, steps: [] });
            onChange({ ...step, arms: [...arms, made] });
          }}
        >
          {t.addArm}
        </Button>
      )}
    </div>
  );
}
