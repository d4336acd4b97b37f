import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState, type ComponentProps } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "@/api/client";
import { unitsQuery } from "@/api/company";
import { definitionFault, type DefinitionFault } from "@/api/definition-fault";
import { savePlan } from "@/api/plans";
import { experimentSource, formSource, journeySource, segmentSource, type Source } from "@/api/sources";
import type { Plan, PlanDefinition } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights, type Right } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { PickSome } from "@/shared/ui/picker";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import {
  BudgetFields,
  DayField,
  faultAt,
  PhasesPanel,
  RolesPanel,
  TargetsFields,
  TasksPanel,
  type PartProps,
} from "./plan-parts";
import { plansTexts } from "./plans-texts";
import styles from "./plans.module.css";

type PickProps = Omit<ComponentProps<typeof PickSome>, "source" | "fits" | "describe">;

const picking = <Row,>(
  kind: "journey" | "form" | "experiment" | "segment",
  right: Right,
  source: Source<Row>,
) => ({
  kind,
  right,
  pick: (props: PickProps) => <PickSome {...props} source={source} />,
});

/** What a plan can name beside its audience. */
const LINKED = [
  picking("journey", rights.readJourneys, journeySource),
  picking("form", rights.readForms, formSource),
  picking("experiment", rights.readExperiments, experimentSource),
  picking("segment", rights.readSegments, segmentSource),
];

const namesOf = (plan: Plan | null) =>
  Object.fromEntries((plan?.names ?? []).map((each) => [each.definition_id, each.name]));

const peopleOf = (plan: Plan | null) =>
  Object.fromEntries((plan?.people ?? []).map((each) => [each.staff_id, each.name]));

/** What belongs to the plan, a field for each kind. */
function LinkedFields({ definition, fault, set, plan }: PartProps & { plan: Plan | null }) {
  const t = useTexts(plansTexts);
  const may = useMay();
  const [kinds, setKinds] = useState<ReadonlyMap<number, string>>(
    () => new Map(plan?.names.map((each) => [each.definition_id, each.kind])),
  );
  const { linked_ids: linked } = definition;
  return (
    <div role="group" aria-label={t.addLinked} className={styles.pair}>
      {LINKED.map(({ kind, right, pick }) => (
        <Field key={kind} label={t.kinds[kind]}>
          {(control) =>
            pick({
              control,
              enabled: may(right),
              names: namesOf(plan),
              value: linked.filter((id) => kinds.get(id) === kind),
              onChange: (ids) => {
                setKinds(new Map([...kinds, ...ids.map((id) => [id, kind] as const)]));
                set({ linked_ids: [...linked.filter((id) => kinds.get(id) !== kind), ...ids] });
              },
            })
          }
        </Field>
      ))}
      {faultAt(fault, "linked_ids") && (
        <p role="alert" className={styles.overdue}>
          {faultAt(fault, "linked_ids")}
        </p>
      )}
    </div>
  );
}

interface BasicsProps extends PartProps {
  name: string;
  onName: (name: string) => void;
  plan: Plan | null;
  isFixed: boolean;
}

function Basics({ definition, fault, set, plan, name, onName, isFixed }: BasicsProps) {
  const t = useTexts(plansTexts);
  const may = useMay();
  const units = useQuery({ ...unitsQuery(), enabled: may(rights.readCompany) });
  return (
    <Panel title={t.basics}>
      <div className={styles.fields}>
        <div className={styles.pair}>
          <Field label={t.name}>
            {(control) => (
              <Input
                {...control}
                maxLength={120}
                value={name}
                onChange={(event) => onName(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.theme} error={faultAt(fault, "theme")}>
            {(control) => (
              <Input
                {...control}
                value={definition.theme}
                onChange={(event) => set({ theme: event.target.value })}
              />
            )}
          </Field>
          <Field label={t.campaign} note={t.campaignNote} error={faultAt(fault, "campaign")}>
            {(control) => (
              <Input
                {...control}
                disabled={isFixed}
                maxLength={40}
                value={definition.campaign}
                onChange={(event) => set({ campaign: event.target.value })}
              />
            )}
          </Field>
        </div>
        <div className={styles.pair}>
          <DayField
            label={t.beginsOn}
            error={faultAt(fault, "begins_on")}
            value={definition.begins_on}
            onChange={(day) => set({ begins_on: day })}
          />
          <DayField
            label={t.endsOn}
            error={faultAt(fault, "ends_on")}
            value={definition.ends_on}
            onChange={(day) => set({ ends_on: day })}
          />
          <Field label={t.unit}>
            {(control) => (
              <Select<number>
                {...control}
                value={definition.unit_id ?? 0}
                onChange={(id) => set({ unit_id: id || null })}
                options={[
                  { value: 0, label: t.wholeCompany },
                  ...(units.data?.rows ?? []).map((unit) => ({ value: unit.unit_id, label: unit.name })),
                ]}
              />
            )}
          </Field>
        </div>
        <Field label={t.goal} error={faultAt(fault, "goal")}>
          {(control) => (
            <Input.TextArea
              {...control}
              rows={3}
              value={definition.goal}
              onChange={(event) => set({ goal: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.audience} error={faultAt(fault, "segment_ids")}>
          {(control) => (
            <PickSome
              control={control}
              source={segmentSource}
              enabled={may(rights.readSegments)}
              names={namesOf(plan)}
              placeholder={t.everybody}
              value={definition.segment_ids}
              onChange={(ids) => set({ segment_ids: ids })}
            />
          )}
        </Field>
        <LinkedFields definition={definition} fault={fault} set={set} plan={plan} />
      </div>
    </Panel>
  );
}

interface PlanEditorProps {
  plan: Plan | null;
  name: string;
  definition: PlanDefinition;
}

/** Where a plan is written; of one that was approved a change waits to be approved too. */
export function PlanEditor(props: PlanEditorProps) {
  const { plan } = props;
  const t = useTexts(plansTexts);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [name, setName] = useState(props.name);
  const [definition, setDefinition] = useState(props.definition);
  // Of what was opened: what a colleague saves meanwhile is not to be written over unseen.
  const [revision] = useState(plan?.revision ?? null);
  const [isDirty, setDirty] = useState(plan === null);
  const [fault, setFault] = useState<DefinitionFault | null>(null);
  const guard = useLeaveGuard(isDirty);
  const save = useMutation({
    mutationFn: () => savePlan(plan?.plan_id ?? null, { name, definition, revision }),
    onSuccess: async (saved) => {
      guard.release();
      notices.done(t.saved);
      queryClient.setQueryData(["plan", saved.plan_id], saved);
      await queryClient.invalidateQueries({ queryKey: ["plans"] });
      await queryClient.invalidateQueries({ queryKey: ["plan-numbers", saved.plan_id] });
      await navigate(`/plans/${saved.plan_id}`);
    },
    onError: (error) => {
      const found = error instanceof ApiError ? definitionFault(error, language) : null;
      setFault(found);
      notices.failed(found ? new Error(found.reason) : error);
    },
  });
  const set = (change: Partial<PlanDefinition>) => {
    setDefinition((before) => ({ ...before, ...change }));
    setDirty(true);
    setFault(null);
  };
  const part = { definition, fault, set };
  return (
    <Page
      title={name || t.newName}
      back={plan ? { to: `/plans/${plan.plan_id}`, label: plan.name } : { to: "/plans", label: t.title }}
      actions={
        <Button type="primary" disabled={!name.trim()} loading={save.isPending} onClick={() => save.mutate()}>
          {t.save}
        </Button>
      }
    >
      {guard.question}
      <div className={styles.stack}>
        <Basics
          {...part}
          name={name}
          onName={(next) => {
            setName(next);
            setDirty(true);
          }}
          plan={plan}
          isFixed={plan !== null && plan.stage !== "drafted"}
        />
        <PhasesPanel {...part} />
        <TasksPanel {...part} people={peopleOf(plan)} />
        <TargetsFields {...part} names={namesOf(plan)} />
        <BudgetFields {...part} />
        <RolesPanel {...part} people={peopleOf(plan)} />
      </div>
    </Page>
  );
}
