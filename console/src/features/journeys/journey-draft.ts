import { ApiError } from "@/api/client";
import type { Journey, JourneyDraft, SendStep, SplitArm, Step, WaitStep } from "@/api/types";
import { definitionFault } from "@/api/definition-fault";
import type { Language } from "@/shared/i18n/language-context";
import type { JourneysTexts } from "./journeys-texts";

export const STEPS_MAX = 50;
export const SPLITS_DEEP_MAX = 3;
export const ARMS_MAX = 6;

/** An arm whose steps have ids of their own. */
export interface EditArm extends Omit<SplitArm, "steps"> {
  id: number;
  steps: EditStep[];
}

export interface EditSplit {
  kind: "split";
  experiment_id: number | null;
  arms: EditArm[];
}

export type EditableStep = WaitStep | SendStep | EditSplit;

/** A step with an id of its own, so that its fields keep their focus when steps move. */
export interface EditStep {
  id: number;
  step: EditableStep;
}

export interface EditJourney {
  name: string;
  segmentId: number | null;
  /** Whether those who are in the segment at publication begin as well. */
  includeMembers: boolean;
  steps: EditStep[];
  reEntry: "never" | "after_exit";
  exitOnLeave: boolean;
  /** Percent of the customers who walk it without its messages. */
  holdOut: number;
}

let lastId = 0;

export const editStep = (step: EditableStep): EditStep => ({ id: ++lastId, step });

export const editArm = (arm: Omit<EditArm, "id">): EditArm => ({ id: ++lastId, ...arm });

export const newWait = (): WaitStep => ({ kind: "wait", minutes: 60 });

export const newSend = (): SendStep => ({
  kind: "send",
  channel: "webhook",
  title: "",
  body: "",
  link_url: null,
  fallbacks: [],
  fall_back_after_hours: null,
  purpose: "marketing",
  attachments: [],
  experiment_id: null,
  variants: [],
});

export const newSplit = (t: JourneysTexts): EditSplit => ({
  kind: "split",
  experiment_id: null,
  arms: ["a", "b"].map((key) => editArm({ key, name: t.armNamed(key.toUpperCase()), weight: 1, steps: [] })),
});

const toEditSteps = (steps: readonly Step[]): EditStep[] =>
  steps.map((step) =>
    editStep(
      step.kind === "split"
        ? {
            kind: "split",
            experiment_id: step.experiment_id ?? null,
            arms: step.arms.map((arm) => editArm({ ...arm, steps: toEditSteps(arm.steps) })),
          }
        : step,
    ),
  );

const toSteps = (steps: readonly EditStep[]): Step[] =>
  steps.map(({ step }) =>
    step.kind === "split"
      ? {
          ...step,
          arms: step.arms.map(({ key, name, weight, steps: inner }) => ({
            key,
            name: name.trim(),
            weight,
            steps: toSteps(inner),
          })),
        }
      : step,
  );

export function toEdit(journey: Journey | null, newName: string): EditJourney {
  if (!journey) {
    return {
      name: newName,
      segmentId: null,
      includeMembers: true,
      steps: [newWait(), newSend()].map(editStep),
      reEntry: "never",
      exitOnLeave: true,
      holdOut: 0,
    };
  }
  const definition = journey.draft_definition ?? journey.definition;
  return {
    name: journey.name,
    segmentId: definition.trigger.segment_id,
    includeMembers: definition.trigger.include_members,
    steps: toEditSteps(definition.steps),
    reEntry: definition.re_entry,
    exitOnLeave: definition.exit_on_leave,
    holdOut: definition.hold_out,
  };
}

/** What to store; null while no segment is chosen, for a journey without a trigger has no meaning. */
export function toDraft(edit: EditJourney): JourneyDraft | null {
  if (edit.segmentId === null) return null;
  return {
    name: edit.name.trim(),
    definition: {
      trigger: {
        kind: "segment_entered",
        segment_id: edit.segmentId,
        include_members: edit.includeMembers,
      },
      steps: toSteps(edit.steps),
      re_entry: edit.reEntry,
      exit_on_leave: edit.exitOnLeave,
      hold_out: edit.holdOut,
    },
  };
}

/** What it says, to compare; the ids of its steps do not matter. */
export const contentOf = (edit: EditJourney) => JSON.stringify({ ...edit, steps: toSteps(edit.steps) });

/** Every step, those within arms too. */
export const allSteps = (steps: readonly EditStep[]): EditStep[] =>
  steps.flatMap((each) => [
    each,
    ...(each.step.kind === "split" ? each.step.arms.flatMap((arm) => allSteps(arm.steps)) : []),
  ]);

/** What is missing, by place: `name`, `segment`, `steps`, or `<step id>.<field>`. */
export type Faults = Readonly<Record<string, string>>;

const LINK = /^https?:\/\/\S+$/;

export function faultsOf(edit: EditJourney, t: JourneysTexts): Faults {
  const faults: Record<string, string> = {};
  if (!edit.name.trim()) faults.name = t.nameNeeded;
  if (edit.segmentId === null) faults.segment = t.segmentNeeded;
  const steps = allSteps(edit.steps);
  if (steps.length === 0) faults.steps = t.stepsNeeded;
  if (steps.length > STEPS_MAX) faults.steps = t.stepsTooMany;
  for (const { id, step } of steps) {
    if (step.kind === "split")
      step.arms.forEach((arm, at) => {
        if (!arm.name.trim()) faults[`${id}.arms.${at}.name`] = t.armNameNeeded;
      });
    if (step.kind !== "send") continue;
    const texts = [
      { place: `${id}`, text: step },
      ...step.variants.map((text, at) => ({ place: `${id}.variants.${at}`, text })),
    ];
    for (const { place, text } of texts) {
      if (!text.title.trim()) faults[`${place}.title`] = t.titleNeeded;
      if (!text.body.trim()) faults[`${place}.body`] = t.bodyNeeded;
      if (text.link_url && !LINK.test(text.link_url)) faults[`${place}.link_url`] = t.linkWrong;
    }
  }
  return faults;
}

/** The step that a path begins with, through the arms of splits, and what is left of the path. */
function stepAt(steps: readonly EditStep[], path: string): { step: EditStep; rest: string } | null {
  const match = /^steps\.(\d+)\.?(.*)$/.exec(path);
  const step = match ? steps[Number(match[1])] : undefined;
  if (!match || !step) return null;
  const rest = match[2] ?? "";
  const within = /^arms\.(\d+)\.(steps\.\d.*)$/.exec(rest);
  const arm = step.step.kind === "split" && within ? step.step.arms[Number(within[1])] : undefined;
  return (arm && stepAt(arm.steps, within?.[2] ?? "")) ?? { step, rest };
}

/** The server's refusal, put where it belongs: its `steps.1.body` is our `<id of that step>.body`. */
export function refusalFaults(error: Error, edit: EditJourney, language: Language): Faults {
  const fault = error instanceof ApiError ? definitionFault(error, language) : null;
  if (!fault) return {};
  const { path, reason } = fault;
  const found = stepAt(edit.steps, path);
  if (found) return { [`${found.step.id}.${found.rest}`]: reason };
  return { [path.includes("trigger") ? "segment" : path.includes("name") ? "name" : "steps"]: reason };
}
