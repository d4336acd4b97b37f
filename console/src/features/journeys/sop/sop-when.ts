import type { Texts } from "./sop-words";
import { durationText } from "../duration";
import type { NodeTexts } from "../node-texts";
import type { SopSlot, SopWhen } from "./sop";

/** The days of a plan in their order, each with its slots. */
export function byDay(slots: readonly SopSlot[]): { day: number; slots: SopSlot[] }[] {
  const days: { day: number; slots: SopSlot[] }[] = [];
  for (const slot of slots) {
    const last = days.at(-1);
    if (last?.day === slot.day) last.slots.push(slot);
    else days.push({ day: slot.day, slots: [slot] });
  }
  return days;
}

/** The time of a slot in a word or two. */
export function whenText(when: SopWhen, t: Texts, words: NodeTexts): string {
  const clock = (at: string) => (at === "best_hour" ? t.bestHour : at);
  const on = (days: readonly number[]) =>
    days.length > 0 ? ` · ${t.weekdays(days.map((day) => words.daysOfWeek[day - 1] ?? "").join(" "))}` : "";
  switch (when.kind) {
    case "start":
      return t.atOnce;
    case "day":
      return clock(when.at) + on(when.weekdays);
    case "next":
      return t.nextAt(clock(when.at)) + on(when.weekdays);
    case "after":
      return t.after(durationText(when.minutes, words));
  }
}

/** The time of a slot with its day, where it is told out of its row. */
export const slotText = (slot: SopSlot, t: Texts, words: NodeTexts) =>
  `${slot.day === 0 ? t.firstDay : t.day(slot.day)} · ${whenText(slot.when, t, words)}`;
