import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "@/api/client";
import { staffListQuery, unitsQuery } from "@/api/company";
import { definitionFault, type DefinitionFault } from "@/api/definition-fault";
import { experimentListQuery } from "@/api/experiments";
import { formListQuery } from "@/api/forms";
import { journeyListQuery } from "@/api/journeys";
import { metricListQuery } from "@/api/metrics";
import { savePlan } from "@/api/plans";
import { segmentListQuery } from "@/api/segments";
import type { Plan, PlanDefinition } from "@/api/types";
import { useAllPages } from "@/shared/conditions/fields/use-all-pages";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights, type Right } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
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
  type Choice,
  type PartProps,
} from "./plan-parts";
import { plansTexts } from "./plans-texts";
import styles from "./plans.module.css";

const LIST_RIGHTS = [
  rights.readSegments,
  rights.readJourneys,
  rights.readForms,
  rights.readExperiments,
] as const;

/** What may be named in a plan, as far as one may see it. */
function useChoices(plan: Plan | null) {
  const t = useTexts(plansTexts);
  const may = useMay();
  const enabled = (right: Right) => ({ enabled: may(right) });
  const [ofSegments, ofJourneys, ofForms, ofExperiments] = LIST_RIGHTS.map(enabled);
  const segments = useAllPages(useInfiniteQuery({ ...segmentListQuery(), ...ofSegments }));
  const journeys = useAllPages(useInfiniteQuery({ ...journeyListQuery(), ...ofJourneys }));
  const forms = useAllPages(useInfiniteQuery({ ...formListQuery(), ...ofForms }));
  const experiments = useAllPages(useInfiniteQuery({ ...experimentListQuery(), ...ofExperiments }));
  const staff = useAllPages(useInfiniteQuery({ ...staffListQuery(), ...enabled(rights.readCompany) }));
  const units = useQuery({ ...unitsQuery(), ...enabled(rights.readCompany) });
  const metrics = useQuery({ ...metricListQuery(), ...enabled(rights.readMetrics) });
  const named = (plan?.names ?? []).map(({ definition_id: value, name: label }) => ({ value, label }));
  const withNamed = (found: Choice[], kinds: readonly string[]) => [
    ...found,
    ...named.filter(
      ({ value }) =>
        !found.some((each) => each.value === value) &&
        plan?.names.some((each) => each.definition_id === value && kinds.includes(each.kind)),
    ),
  ];
  const ofSegment = withNamed(
    (segments ?? []).map(({ segment_id: value, name: label }) => ({ value, label })),
    ["segment"],
  );
  const kind = (name: "journey" | "form" | "experiment", found: Choice[]) => ({
    label: t.kinds[name],
    options: withNamed(found, [name]),
  });
  return {
    segments: ofSegment,
    linked: [
      kind(
        "journey",
        (journeys ?? []).map(({ journey_id: value, name: label }) => ({ value, label })),
      ),
      kind(
        "form",
        (forms ?? []).map(({ form_id: value, name: label }) => ({ value, label })),
      ),
      kind(
        "experiment",
        (experiments ?? []).map(({ experiment_id: value, name: label }) => ({ value, label })),
      ),
      { label: t.kinds.segment, options: ofSegment },
    ],
    staff: [
      ...(staff ?? []).filter(({ is_active: isActive }) => isActive),
      ...(plan?.people ?? []).filter(({ staff_id: id }) => !staff?.some((each) => each.staff_id === id)),
    ].map(({ staff_id: value, name: label }) => ({ value, label })),
    units: units.data?.rows ?? [],
    metrics: (metrics.data?.rows ?? []).filter(({ status }) => status === "live"),
  };
}

interface BasicsProps extends PartProps {
  name: string;
  onName: (name: string) => void;
  choices: ReturnType<typeof useChoices>;
  isFixed: boolean;
}

function Basics({ definition, fault, set, name, onName, choices, isFixed }: BasicsProps) {
  const t = useTexts(plansTexts);
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
                  ...choices.units.map((unit) => ({ value: unit.unit_id, label: unit.name })),
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
            <Select<number[]>
              {...control}
              mode="multiple"
              showSearch={{ optionFilterProp: "label" }}
              placeholder={t.everybody}
              value={definition.segment_ids}
              onChange={(ids) => set({ segment_ids: ids })}
              options={choices.segments}
            />
          )}
        </Field>
        <Field label={t.addLinked} error={faultAt(fault, "linked_ids")}>
          {(control) => (
            <Select<number[]>
              {...control}
              mode="multiple"
              showSearch={{ optionFilterProp: "label" }}
              value={definition.linked_ids}
              onChange={(ids) => set({ linked_ids: ids })}
              options={choices.linked}
            />
          )}
        </Field>
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
  const choices = useChoices(plan);
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
          choices={choices}
          isFixed={plan !== null && plan.stage !== "drafted"}
        />
        <PhasesPanel {...part} />
        <TasksPanel {...part} staff={choices.staff} />
        <TargetsFields {...part} metrics={choices.metrics} />
        <BudgetFields {...part} />
        <RolesPanel {...part} staff={choices.staff} />
      </div>
    </Page>
  );
}
