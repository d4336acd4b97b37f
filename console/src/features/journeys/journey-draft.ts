import { ApiError } from "@/api/client";
import type { Journey, JourneyDraft, SendStep, Step, WaitStep } from "@/api/types";
import { definitionFault } from "@/api/definition-fault";
import type { Language } from "@/shared/i18n/language-context";
import type { JourneysTexts } from "./journeys-texts";

/** A step with an id of its own, so that its fields keep their focus when steps move. */
export interface EditStep {
  id: number;
  step: Step;
}

export interface EditJourney {
  name: string;
  segmentId: number | null;
  /** Whether those who are in the segment at publication begin as well. */
  includeMembers: boolean;
  steps: EditStep[];
  reEntry: "never" | "after_exit";
  exitOnLeave: boolean;
}

let lastId = 0;

export const editStep = (step: Step): EditStep => ({ id: ++lastId, step });

export const newWait = (): WaitStep => ({ kind: "wait", minutes: 60 });

export const newSend = (): SendStep => ({
  kind: "send",
  channel: "webhook",
  title: "",
  body: "",
  link_url: null,
});

export function toEdit(journey: Journey | null, newName: string): EditJourney {
  if (!journey) {
    return {
      name: newName,
      segmentId: null,
      includeMembers: true,
      steps: [newWait(), newSend()].map(editStep),
      reEntry: "never",
      exitOnLeave: true,
    };
  }
  const definition = journey.draft_definition ?? journey.definition;
  return {
    name: journey.name,
    segmentId: definition.trigger.segment_id,
    includeMembers: definition.trigger.include_members,
    steps: definition.steps.map(editStep),
    reEntry: definition.re_entry,
    exitOnLeave: definition.exit_on_leave,
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
      steps: edit.steps.map(({ step }) => step),
      re_entry: edit.reEntry,
      exit_on_leave: edit.exitOnLeave,
    },
  };
}

/** What it says, to compare; the ids of its steps do not matter. */
export const contentOf = (edit: EditJourney) =>
  JSON.stringify({ ...edit, steps: edit.steps.map(({ step }) => step) });

/** What is missing, by place: `name`, `segment`, `steps`, or `<step id>.<field>`. */
export type Faults = Readonly<Record<string, string>>;

export function faultsOf(edit: EditJourney, t: JourneysTexts): Faults {
  const faults: Record<string, string> = {};
  if (!edit.name.trim()) faults.name = t.nameNeeded;
  if (edit.segmentId === null) faults.segment = t.segmentNeeded;
  if (edit.steps.length === 0) faults.steps = t.stepsNeeded;
  for (const { id, step } of edit.steps) {
    if (step.kind !== "send") continue;
    if (!step.title.trim()) faults[`${id}.title`] = t.titleNeeded;
    if (!step.body.trim()) faults[`${id}.body`] = t.bodyNeeded;
    if (step.link_url && !/^https?:\/\/\S+$/.test(step.link_url)) faults[`${id}.link_url`] = t.linkWrong;
  }
  return faults;
}

/** The server's refusal, put where it belongs: its `steps.1.body` is our `<id of that step>.body`. */
export function refusalFaults(error: Error, edit: EditJourney, language: Language): Faults {
  const fault = error instanceof ApiError ? definitionFault(error, language) : null;
  if (!fault) return {};
  const { path, reason } = fault;
  const match = /steps\.(\d+)\.?(\w*)$/.exec(path);
  const step = match ? edit.steps[Number(match[1])] : undefined;
  if (step) return { [`${step.id}.${match?.[2] ?? ""}`]: reason };
  return { [path.includes("trigger") ? "segment" : path.includes("name") ? "name" : "steps"]: reason };
}
