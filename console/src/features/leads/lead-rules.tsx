import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Input, InputNumber, Radio } from "antd";
import { useState } from "react";
import { leadRulesQuery, saveLeadRules } from "@/api/leads";
import type { LeadRules as Rules } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { segmentSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import { leadsTexts } from "./leads-texts";
import { linesOf, stagesOf, stagesText } from "./rules-text";
import { useLeadChange } from "./use-leads";
import styles from "./leads.module.css";

const ASSIGNINGS = ["pool", "round_robin", "least_busy"] as const;

interface NumberRowProps {
  label: string;
  unit: string;
  value: number | null | undefined;
  isOptional?: boolean;
  disabled: boolean;
  onChange: (value: number | null) => void;
}

function NumberRow({ label, unit, value, isOptional = false, disabled, onChange }: NumberRowProps) {
  const t = useTexts(leadsTexts).rules;
  return (
    <Field label={label}>
      {(control) => (
        <InputNumber
          {...control}
          min={1}
          max={100_000}
          precision={0}
          disabled={disabled}
          value={value ?? null}
          placeholder={isOptional ? t.none : ""}
          suffix={unit}
          style={{ width: "100%" }}
          onChange={(found) => (found === null && !isOptional ? undefined : onChange(found))}
        />
      )}
    </Field>
  );
}

function SegmentField({
  rules,
  disabled,
  onChange,
}: {
  rules: Rules;
  disabled: boolean;
  onChange: (next: Rules) => void;
}) {
  const t = useTexts(leadsTexts).rules;
  const may = useMay();
  if (!may(rights.readSegments)) return null;
  return (
    <Field label={t.segment}>
      {(control) => (
        <PickOne
          source={segmentSource}
          control={control}
          disabled={disabled}
          none={t.noSegment}
          value={rules.segment_id ?? null}
          onChange={(id) => onChange({ ...rules, segment_id: id })}
        />
      )}
    </Field>
  );
}

function Form({ kept, version }: { kept: Rules; version: number }) {
  const t = useTexts(leadsTexts).rules;
  const words = useTexts(leadsTexts);
  const may = useMay();
  const notices = useNotices();
  const [rules, setRules] = useState(kept);
  const [stages, setStages] = useState(stagesText(kept.stages));
  const [reasons, setReasons] = useState(kept.loss_reasons.join("\n"));
  const disabled = !may(rights.publishLeads);
  const saving = useLeadChange(saveLeadRules, () => notices.done(t.saved));
  const number = (
    key: "idle_days" | "protection_days" | "cool_days" | "claims_per_day" | "open_max",
    label: string,
    unit: string,
    isOptional = false,
  ) => (
    <NumberRow
      label={label}
      unit={unit}
      value={rules[key]}
      isOptional={isOptional}
      disabled={disabled}
      onChange={(value) => setRules({ ...rules, [key]: value })}
    />
  );
  const save = () =>
    saving.mutate({ rules: { ...rules, stages: stagesOf(stages), loss_reasons: linesOf(reasons) }, version });
  return (
    <Panel title={t.pool} note={disabled ? t.readOnly : t.poolNote}>
      <div className={styles.form}>
        <div className={styles.pair}>
          {number("idle_days", t.idle, t.day, true)}
          {number("protection_days", t.protection, t.day)}
          {number("cool_days", t.cool, t.day)}
          {number("claims_per_day", t.claims, t.piece, true)}
          {number("open_max", t.open, t.piece, true)}
        </div>
        <Field label={t.assigning}>
          {(control) => (
            <Radio.Group
              id={control.id}
              disabled={disabled}
              value={rules.assigning}
              options={ASSIGNINGS.map((value) => ({ value, label: t.assignings[value] }))}
              onChange={({ target }) => setRules({ ...rules, assigning: target.value as Rules["assigning"] })}
            />
          )}
        </Field>
        <SegmentField rules={rules} disabled={disabled} onChange={setRules} />
        <Checkbox
          disabled={disabled}
          checked={rules.wins_on_order}
          onChange={({ target }) => setRules({ ...rules, wins_on_order: target.checked })}
        >
          {t.wins}
        </Checkbox>
        <div className={styles.pair}>
          <Field label={t.stages} note={t.stagesNote}>
            {(control) => (
              <Input.TextArea
                {...control}
                rows={5}
                disabled={disabled}
                value={stages}
                onChange={(event) => setStages(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.reasons} note={t.reasonsNote}>
            {(control) => (
              <Input.TextArea
                {...control}
                rows={5}
                disabled={disabled}
                value={reasons}
                onChange={(event) => setReasons(event.target.value)}
              />
            )}
          </Field>
        </div>
        {!disabled && (
          <span>
            <Button type="primary" loading={saving.isPending} onClick={save}>
              {words.save}
            </Button>
          </span>
        )}
      </div>
    </Panel>
  );
}

/** When a lead goes back to the pool, how many somebody may take, which stages there are. */
export function LeadRulesPage() {
  const { data, error, refetch } = useQuery(leadRulesQuery());
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <Panel>
        <SkeletonLines lines={6} />
      </Panel>
    );
  return <Form key={data.version} kept={data.rules} version={data.version} />;
}
