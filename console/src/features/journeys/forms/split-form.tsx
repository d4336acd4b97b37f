import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber } from "antd";
import type { SplitArm } from "@/api/journey-document";
import type { Experiment } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { freeLetter } from "../node-kinds";
import { ExperimentField, useExperiment } from "./experiment-field";
import type { FormProps } from "./form-props";
import { formTexts } from "./form-texts";
import styles from "./forms.module.css";

const ARMS_MAX = 6;

/** Who goes which way: by share, or as an experiment says. */
export function SplitForm({ node, faultOf, onChange }: FormProps<"split">) {
  const t = useTexts(formTexts);
  const n = useNumberFormat();
  const { arms } = node;
  const experiment = useExperiment(node.experiment_id);
  const isByLot = node.experiment_id === null;
  const weightOf = (arm: SplitArm) =>
    experiment?.definition.arms.find(({ key }) => key === arm.key)?.weight ?? arm.weight;
  const total = arms.reduce((sum, arm) => sum + weightOf(arm), 0);
  const set = (next: SplitArm[]) => onChange({ ...node, arms: next });
  const change = (key: string, part: Partial<SplitArm>) =>
    set(arms.map((arm) => (arm.key === key ? { ...arm, ...part } : arm)));
  const choose = (chosen: Experiment | null) =>
    onChange({
      ...node,
      experiment_id: chosen?.experiment_id ?? null,
      arms: chosen
        ? chosen.definition.arms.map(({ key, name }, at) => ({
            key,
            name,
            weight: 1,
            next: arms[at]?.next ?? null,
          }))
        : arms,
    });
  return (
    <div className={styles.form}>
      <ExperimentField
        label={t.splitBy}
        none={t.byLot}
        note={isByLot ? t.byLotNote : t.byExperimentNote}
        value={node.experiment_id}
        error={faultOf("experiment_id")}
        onChange={choose}
      />
      <div className={styles.list}>
        {arms.map((arm, at) => (
          <div key={arm.key} className={styles.itemHead} role="group" aria-label={arm.name}>
            {isByLot ? (
              <>
                <Input
                  aria-label={t.armName}
                  maxLength={120}
                  status={faultOf(`arms.${at}.name`) ? "error" : ""}
                  value={arm.name}
                  onChange={(event) => change(arm.key, { name: event.target.value })}
                />
                <InputNumber<number>
                  aria-label={t.armWeight}
                  title={t.armWeight}
                  className={styles.weight ?? ""}
                  min={1}
                  max={1000}
                  precision={0}
                  value={arm.weight}
                  onChange={(weight) => weight !== null && change(arm.key, { weight })}
                />
              </>
            ) : (
              <strong>{arm.name}</strong>
            )}
            <span className={styles.share}>{n.share(weightOf(arm) / total)}</span>
            {isByLot && arms.length > 2 && (
              <Button
                type="text"
                size="small"
                icon={<CloseOutlined aria-hidden />}
                aria-label={t.removeArm(arm.name)}
                onClick={() => set(arms.filter(({ key }) => key !== arm.key))}
              />
            )}
          </div>
        ))}
      </div>
      {faultOf("arms") && (
        <p role="alert" className={styles.error}>
          {faultOf("arms")}
        </p>
      )}
      {isByLot && arms.length < ARMS_MAX && (
        <Button
          size="small"
          className={styles.add ?? ""}
          icon={<PlusOutlined aria-hidden />}
          onClick={() => {
            const key = freeLetter(arms);
            set([...arms, { key, name: t.armNamed(key.toUpperCase()), weight: 1, next: null }]);
          }}
        >
          {t.addArm}
        </Button>
      )}
    </div>
  );
}
