import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import type { DefinitionFault } from "@/api/definition-fault";
import { metricSource } from "@/api/sources";
import type { PlanDefinition } from "@/api/types";
import { below } from "@/shared/conditions/edit-tree";
import { useTexts } from "@/shared/i18n/texts";
import { MetricPick } from "@/shared/metrics/metric-pick";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { useNamed } from "@/shared/ui/picker";
import { StaffPick, StaffPicks } from "@/shared/staff/staff-pick";
import { plansTexts } from "./plans-texts";
import styles from "./plans.module.css";

/** What those are called who were chosen, for who may not look them up. */
type Called = Readonly<Record<string, string>>;

export interface PartProps {
  definition: PlanDefinition;
  fault: DefinitionFault | null;
  set: (change: Partial<PlanDefinition>) => void;
}

export const faultAt = (fault: DefinitionFault | null, path: string) =>
  fault && below(fault.path, path) !== null ? fault.reason : null;

/** A key that none of the items has. */
export function freeKey(items: readonly { key: string }[], stem: string): string {
  const taken = new Set(items.map(({ key }) => key));
  let n = items.length + 1;
  while (taken.has(`${stem}${n}`)) n += 1;
  return `${stem}${n}`;
}

interface ItemsProps<Item> {
  title: string;
  note?: string;
  add: string;
  field: "phases" | "tasks" | "roles" | "budget" | "targets";
  items: readonly Item[];
  fault: DefinitionFault | null;
  make: () => Item;
  onChange: (items: Item[]) => void;
  children: (item: Item, set: (change: Partial<Item>) => void) => ReactNode;
}

/** A list of parts of a plan, each with its fields. */
function Items<Item>({ title, note, add, field, items, fault, make, onChange, children }: ItemsProps<Item>) {
  const t = useTexts(plansTexts);
  return (
    <Panel title={title} note={note}>
      <div className={styles.fields}>
        {items.map((item, place) => {
          const wrong = faultAt(fault, `${field}.${place}`);
          return (
            <div key={place} className={styles.item}>
              <div>
                <div className={styles.pair}>
                  {children(item, (change) =>
                    onChange(items.map((each, n) => (n === place ? { ...each, ...change } : each))),
                  )}
                </div>
                {wrong && (
                  <p role="alert" className={styles.overdue}>
                    {wrong}
                  </p>
                )}
              </div>
              <Button
                type="text"
                className={styles.gone}
                aria-label={t.remove}
                icon={<CloseOutlined aria-hidden />}
                onClick={() => onChange(items.filter((_, n) => n !== place))}
              />
            </div>
          );
        })}
        <div>
          <Button icon={<PlusOutlined aria-hidden />} onClick={() => onChange([...items, make()])}>
            {add}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function Words({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Field label={label}>
      {(control) => <Input {...control} value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

export function DayField({
  label,
  value,
  error,
  onChange,
}: {
  label: string;
  value: string;
  error?: string | null;
  onChange: (day: string) => void;
}) {
  return (
    <Field label={label} error={error}>
      {(control) => (
        <Input
          {...control}
          type="date"
          value={value}
          onChange={(event) => event.target.value && onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function PhasesPanel({ definition, fault, set }: PartProps) {
  const t = useTexts(plansTexts);
  return (
    <Items
      title={t.phases}
      note={t.phasesNote}
      add={t.addPhase}
      field="phases"
      items={definition.phases}
      fault={fault}
      make={() => ({
        key: freeKey(definition.phases, "phase_"),
        name: t.phaseKinds.other,
        kind: "other" as const,
        begins_on: definition.begins_on,
        ends_on: definition.ends_on,
        goal: "",
      })}
      onChange={(phases) => set({ phases })}
    >
      {(phase, change) => (
        <>
          <Words label={t.name} value={phase.name} onChange={(name) => change({ name })} />
          <Field label={t.kind}>
            {(control) => (
              <Select
                {...control}
                value={phase.kind}
                onChange={(kind) => change({ kind })}
                options={(["warm_up", "lock_in", "burst", "second_wave", "other"] as const).map((value) => ({
                  value,
                  label: t.phaseKinds[value],
                }))}
              />
            )}
          </Field>
          <DayField
            label={t.beginsOn}
            value={phase.begins_on}
            onChange={(day) => change({ begins_on: day })}
          />
          <DayField label={t.endsOn} value={phase.ends_on} onChange={(day) => change({ ends_on: day })} />
          <Words label={t.goal} value={phase.goal} onChange={(goal) => change({ goal })} />
        </>
      )}
    </Items>
  );
}

export function TasksPanel({ definition, fault, set, people }: PartProps & { people: Called }) {
  const t = useTexts(plansTexts);
  return (
    <Items
      title={t.tasks}
      add={t.addTask}
      field="tasks"
      items={definition.tasks}
      fault={fault}
      make={() => ({
        key: freeKey(definition.tasks, "task_"),
        name: "",
        begins_on: definition.begins_on,
        ends_on: definition.begins_on,
        owner_id: null,
        phase: null,
        after: [],
        note: "",
      })}
      onChange={(tasks) => {
        const keys = new Set(tasks.map(({ key }) => key));
        set({ tasks: tasks.map((task) => ({ ...task, after: task.after.filter((key) => keys.has(key)) })) });
      }}
    >
      {(task, change) => (
        <>
          <Words label={t.name} value={task.name} onChange={(name) => change({ name })} />
          <DayField
            label={t.beginsOn}
            value={task.begins_on}
            onChange={(day) => change({ begins_on: day })}
          />
          <DayField label={t.endsOn} value={task.ends_on} onChange={(day) => change({ ends_on: day })} />
          <Field label={t.owner}>
            {(control) => (
              <StaffPick
                control={control}
                names={people}
                allowClear
                value={task.owner_id ?? null}
                onChange={(id) => change({ owner_id: id })}
              />
            )}
          </Field>
          <Field label={t.phase}>
            {(control) => (
              <Select<string>
                {...control}
                allowClear
                value={task.phase ?? null}
                onChange={(key: string | undefined) => change({ phase: key ?? null })}
                options={definition.phases.map(({ key, name }) => ({ value: key, label: name }))}
              />
            )}
          </Field>
          <Field label={t.after}>
            {(control) => (
              <Select<string[]>
                {...control}
                mode="multiple"
                maxTagCount="responsive"
                value={task.after}
                onChange={(after) => change({ after })}
                options={definition.tasks
                  .filter(({ key }) => key !== task.key)
                  .map(({ key, name }) => ({ value: key, label: name || key }))}
              />
            )}
          </Field>
        </>
      )}
    </Items>
  );
}

export function RolesPanel({ definition, fault, set, people }: PartProps & { people: Called }) {
  const t = useTexts(plansTexts);
  return (
    <Items
      title={t.roles}
      add={t.addRole}
      field="roles"
      items={definition.roles}
      fault={fault}
      make={() => ({ name: "", staff_ids: [], duty: "" })}
      onChange={(roles) => set({ roles })}
    >
      {(role, change) => (
        <>
          <Words label={t.role} value={role.name} onChange={(name) => change({ name })} />
          <Field label={t.people}>
            {(control) => (
              <StaffPicks
                control={control}
                names={people}
                value={role.staff_ids}
                onChange={(ids) => change({ staff_ids: ids })}
              />
            )}
          </Field>
          <Words label={t.duty} value={role.duty} onChange={(duty) => change({ duty })} />
        </>
      )}
    </Items>
  );
}

export function BudgetFields({ definition, fault, set }: PartProps) {
  const t = useTexts(plansTexts);
  return (
    <Items
      title={t.budget}
      note={t.spentNote}
      add={t.addLine}
      field="budget"
      items={definition.budget}
      fault={fault}
      make={() => ({ name: "", planned_fen: 0 })}
      onChange={(budget) => set({ budget })}
    >
      {(line, change) => (
        <>
          <Words label={t.line} value={line.name} onChange={(name) => change({ name })} />
          <Field label={t.amount}>
            {(control) => (
              <InputNumber<number>
                {...control}
                min={0}
                max={1e11}
                precision={2}
                style={{ width: "100%" }}
                value={line.planned_fen / 100}
                onChange={(value) => change({ planned_fen: Math.round((value ?? 0) * 100) })}
              />
            )}
          </Field>
        </>
      )}
    </Items>
  );
}

export function TargetsFields({ definition, fault, set, names }: PartProps & { names: Called }) {
  const t = useTexts(plansTexts);
  const may = useMay();
  const chosen = definition.targets.flatMap(({ metric_id: id }) => (id > 0 ? id : []));
  const metrics = useNamed(metricSource, chosen, may(rights.readMetrics));
  return (
    <Items
      title={t.targets}
      note={t.valueNote}
      add={t.addTarget}
      field="targets"
      items={definition.targets}
      fault={fault}
      make={() => ({ metric_id: 0, value: 0, phase: null })}
      onChange={(targets) => set({ targets })}
    >
      {(target, change) => {
        const unit = metrics.get(target.metric_id)?.definition.unit;
        const size = unit === "money_fen" ? 100 : 1;
        return (
          <>
            <Field label={t.metric}>
              {(control) => (
                <MetricPick
                  control={control}
                  names={names}
                  value={target.metric_id || null}
                  onChange={(id) => change({ metric_id: id ?? 0 })}
                />
              )}
            </Field>
            <Field label={t.value}>
              {(control) => (
                <InputNumber<number>
                  {...control}
                  style={{ width: "100%" }}
                  // Of what unit it is must be known: a number typed as fen is not one of yuan.
                  disabled={!unit}
                  value={target.value / size}
                  onChange={(value) => change({ value: (value ?? 0) * size })}
                />
              )}
            </Field>
            <Field label={t.phase}>
              {(control) => (
                <Select<string>
                  {...control}
                  value={target.phase ?? ""}
                  onChange={(key) => change({ phase: key || null })}
                  options={[
                    { value: "", label: t.wholePlan },
                    ...definition.phases.map(({ key, name }) => ({ value: key, label: name })),
                  ]}
                />
              )}
            </Field>
          </>
        );
      }}
    </Items>
  );
}
