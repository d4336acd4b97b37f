import type { JourneyNode, JourneyTrigger } from "@/api/journey-document";
import { textOfAnybody } from "@/shared/materials/places";
import { durationText } from "./duration";
import { CREATED_ON } from "./node-kinds";
import { daysOfWeek, type NodeTexts } from "./node-texts";
import type { Port } from "./ports";

/** What stands elsewhere, by its number. */
export type NameOf = (of: Named, id: number) => string | undefined;
export type Named =
  "segment" | "experiment" | "tag" | "persona" | "staff" | "journey" | "code" | "pool" | "endpoint";

export interface Wording {
  t: NodeTexts;
  /** Names of events, channels and attributes, as people say them. */
  say: (topic: "events" | "channels" | "attributes", name: string) => string;
  nameOf: NameOf;
}

const named = ({ t, nameOf }: Wording, of: Named, id: number) =>
  id > 0 ? (nameOf(of, id) ?? t.numbered(id)) : t.notChosen;

const eventName = ({ t, say }: Wording, event: string) => (event ? say("events", event) : t.noEvent);

const clip = (text: string, { say }: Wording) =>
  textOfAnybody(text, (name) => say("attributes", name))
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 80);

const weekdays = (t: NodeTexts, days: readonly number[]) => {
  const names = [...days].sort((a, b) => a - b).map((day) => daysOfWeek(t)[day - 1] ?? "");
  return names.join(names.some((name) => name.length > 1) ? ", " : "");
};

/** What a node does, in one short line. */
export function summaryOf(node: JourneyNode, wording: Wording): string {
  const { t, say } = wording;
  switch (node.kind) {
    case "wait":
      return durationText(node.minutes, t);
    case "wait_until": {
      const at = node.at === "best_hour" ? t.bestHour : node.at;
      const on = node.weekdays.length > 0 ? ` · ${t.onWeekdays(weekdays(t, node.weekdays))}` : "";
      return t.until(node.day, at) + on;
    }
    case "wait_event":
      return t.waitingFor(eventName(wording, node.event.event), durationText(node.timeout_minutes, t));
    case "branch":
      return t.waysCount(node.ways.map(({ name }) => name).join(" / "));
    case "split":
      return node.experiment_id === null
        ? t.byLot(node.arms.map(({ weight }) => weight).join(" : "))
        : named(wording, "experiment", node.experiment_id);
    case "message":
      return `${say("channels", node.channel)} · ${clip(node.title || node.body, wording) || t.noText}`;
    case "task": {
      const to =
        node.to === "keeper"
          ? t.toKeeper
          : "staff_id" in node.to
            ? t.toStaff(named(wording, "staff", node.to.staff_id))
            : t.toPersona(named(wording, "persona", node.to.persona_id));
      return `${clip(node.title, wording) || t.noTitle} · ${to}`;
    }
    case "tag": {
      const names = [
        ...node.add.map((id) => `+${named(wording, "tag", id)}`),
        ...node.remove.map((id) => `−${named(wording, "tag", id)}`),
      ];
      return names.join(" ") || t.tagged(0, 0);
    }
    case "attribute": {
      const value = node.value === null || node.value === "" ? t.empty : String(node.value);
      return node.attribute ? t.setTo(say("attributes", node.attribute), value) : t.noAttribute;
    }
    case "webhook":
      return `${named(wording, "endpoint", node.endpoint_id)} · ${t.fieldsCount(Object.keys(node.fields).length)}`;
    case "coupon":
      return named(wording, "pool", node.pool_id);
    case "group_invite":
      return `${named(wording, "code", node.code_id)} · ${node.by === "message" ? t.byMessage : t.byTask}`;
    case "hand_over":
      return node.to === "pool" ? t.toPool : t.toStaff(named(wording, "staff", node.to.staff_id));
    case "journey":
      return named(wording, "journey", node.journey_id);
    case "group_message":
      return clip(node.title || node.body, wording) || t.noText;
    case "moment":
      return clip(node.body, wording) || t.noText;
  }
}

function dayName({ t, say }: Wording, attribute: string): string {
  if (attribute === CREATED_ON) return t.createdOn;
  return attribute ? say("attributes", attribute) : t.notChosen;
}

/** What begins it, in one short line. */
export function triggerText(trigger: JourneyTrigger, wording: Wording): string {
  const { t } = wording;
  switch (trigger.kind) {
    case "segment_entered":
    case "segment_exited":
      return `${t.triggers[trigger.kind]} · ${named(wording, "segment", trigger.segment_id)}`;
    case "event":
      return `${t.triggers.event} · ${eventName(wording, trigger.event.event)}`;
    case "date":
      return t.onDate(dayName(wording, trigger.attribute), trigger.days, trigger.at);
    case "schedule":
      if (trigger.weekdays.length > 0) return t.everyWeek(weekdays(t, trigger.weekdays), trigger.at);
      if (trigger.month_days.length > 0) return t.everyMonth(trigger.month_days.join(", "), trigger.at);
      return t.everyDay(trigger.at);
    default:
      return t.triggers[trigger.kind];
  }
}

/** What a way out is called on the canvas; null where there is only one. */
export function portText(node: JourneyNode, port: Port, t: NodeTexts): string | null {
  if (port.label !== null) return port.label;
  if (
    port.name === "otherwise" ||
    port.name === "on_timeout" ||
    port.name === "on_empty" ||
    port.name === "on_expired"
  )
    return t.ports[port.name];
  if (node.kind === "wait_event") return t.happened;
  if (node.kind === "coupon") return t.issued;
  if (node.kind === "task" && node.wait) return t.done;
  return null;
}

export const titleOf = (node: JourneyNode, t: NodeTexts) => node.name ?? t.kinds[node.kind];
