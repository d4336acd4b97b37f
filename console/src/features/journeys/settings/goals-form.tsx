import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { JourneyExit, JourneyGoal } from "@/api/journey-document";
import { useTexts } from "@/shared/i18n/texts";
import { TextField } from "@/shared/ui/text-field";
import type { FaultOf } from "../edit-context";
import { editorTexts } from "../editor/editor-texts";
import { EventMatchField } from "../forms/event-match-field";
import { NumberField, OneOfField, PickField, SwitchField } from "../forms/fields";
import { AddOne, ItemCard } from "./item-card";
import { withItem, withoutItem, type SettingsProps } from "./settings-props";
import styles from "../forms/forms.module.css";

const GOALS_MAX = 5;
const EXITS_MAX = 10;

const freeGoalKey = (goals: readonly JourneyGoal[]) => {
  for (let n = 1; ; n += 1) if (!goals.some(({ key }) => key === `goal_${n}`)) return `goal_${n}`;
};

interface GoalFieldsProps {
  goal: JourneyGoal;
  faultOf: FaultOf;
  onChange: (goal: JourneyGoal) => void;
}

function GoalFields({ goal, faultOf, onChange }: GoalFieldsProps) {
  const t = useTexts(editorTexts);
  return (
    <>
      <TextField
        label={t.goalName}
        max={60}
        error={faultOf("name")}
        value={goal.name}
        onChange={(name) => onChange({ ...goal, name })}
      />
      <OneOfField
        label={t.goalBy}
        keys={["event", "segment"]}
        words={t.goalBys}
        value={goal.event ? "event" : "segment"}
        onChange={(by) =>
          onChange(
            by === "event"
              ? { ...goal, event: { event: "", where: [] }, segment_id: null }
              : { ...goal, event: null, segment_id: 0 },
          )
        }
      />
      {goal.event ? (
        <EventMatchField
          label={t.goalBys.event}
          value={goal.event}
          faultOf={(field) => faultOf(`event.${field}`)}
          onChange={(event) => onChange({ ...goal, event })}
        />
      ) : (
        <PickField
          label={t.segment}
          of="segment"
          error={faultOf("segment_id")}
          value={goal.segment_id}
          onChange={(segment_id) => onChange({ ...goal, segment_id: segment_id ?? 0 })}
        />
      )}
      <NumberField
        label={t.within}
        error={faultOf("within_days")}
        min={1}
        max={366}
        value={goal.within_days}
        onChange={(within_days) => onChange({ ...goal, within_days })}
      />
      <SwitchField label={t.leave} value={goal.leave} onChange={(leave) => onChange({ ...goal, leave })} />
    </>
  );
}

/** What it is for: how one sees that it worked. */
export function GoalsForm({ document, faultOf, onChange }: SettingsProps) {
  const t = useTexts(editorTexts);
  const { goals } = document;
  const add = () => {
    const key = freeGoalKey(goals);
    const goal: JourneyGoal = {
      key,
      name: t.goalNamed(goals.length + 1),
      event: { event: "order_completed", where: [] },
      segment_id: null,
      within_days: 7,
      leave: false,
    };
    onChange({ goals: [...goals, goal] });
  };
  return (
    <div className={styles.list}>
      {goals.map((goal, at) => (
        <ItemCard
          key={goal.key}
          title={goal.name}
          removeLabel={t.removeGoal}
          error={faultOf(`goals.${at}.key`)}
          onRemove={() => onChange({ goals: withoutItem(goals, at) })}
        >
          <GoalFields
            goal={goal}
            faultOf={(field) => faultOf(`goals.${at}.${field}`)}
            onChange={(next) => onChange({ goals: withItem(goals, at, next) })}
          />
        </ItemCard>
      ))}
      {goals.length < GOALS_MAX && (
        <Button size="small" className={styles.add ?? ""} icon={<PlusOutlined aria-hidden />} onClick={add}>
          {t.addGoal}
        </Button>
      )}
    </div>
  );
}

const EXIT_KINDS = ["segment_left", "segment_entered", "event"] as const;

const newExit = (kind: JourneyExit["kind"]): JourneyExit =>
  kind === "event" ? { kind, event: { event: "", where: [] } } : { kind, segment_id: 0 };

/** What takes people out before the end. */
export function ExitsForm({ document, faultOf, onChange }: SettingsProps) {
  const t = useTexts(editorTexts);
  const { exits } = document;
  const set = (at: number, exit: JourneyExit) => onChange({ exits: withItem(exits, at, exit) });
  return (
    <div className={styles.list}>
      {exits.map((exit, at) => (
        // Exits have no identity of their own; their place is all there is.
        <ItemCard
          key={at}
          title={t.exitKinds[exit.kind]}
          removeLabel={t.removeExit}
          error={undefined}
          onRemove={() => onChange({ exits: withoutItem(exits, at) })}
        >
          {exit.kind === "event" ? (
            <EventMatchField
              label={t.exitKinds.event}
              value={exit.event}
              faultOf={(field) => faultOf(`exits.${at}.${field}`)}
              onChange={(event) => set(at, { ...exit, event })}
            />
          ) : (
            <PickField
              label={t.segment}
              of="segment"
              error={faultOf(`exits.${at}.segment_id`)}
              value={exit.segment_id}
              onChange={(id) => set(at, { ...exit, segment_id: id ?? 0 })}
            />
          )}
        </ItemCard>
      ))}
      {exits.length < EXITS_MAX && (
        <AddOne
          label={t.addExit}
          kinds={EXIT_KINDS.map((kind) => ({ kind, label: t.exitKinds[kind] }))}
          onAdd={(kind) => onChange({ exits: [...exits, newExit(kind)] })}
        />
      )}
    </div>
  );
}
