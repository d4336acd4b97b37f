import type { JourneyAdherence, KeptStep } from "@/api/journey-improving";

/** What somebody made of tasks: each of them in time, late, never, or still to be done. */
export interface Kept {
  inTime: number;
  late: number;
  never: number;
  open: number;
  done: number;
  reached: number;
}

const NOTHING: Kept = { inTime: 0, late: 0, never: 0, open: 0, done: 0, reached: 0 };

const added = (a: Kept, row: KeptStep["staff"][number]): Kept => ({
  inTime: a.inTime + row.in_time,
  late: a.late + row.late,
  never: a.never + row.skipped + row.expired,
  open: a.open + row.open,
  done: a.done + row.after.done,
  reached: a.reached + row.after.reached,
});

/** All tasks of a step. */
export const keptOf = (step: KeptStep): Kept => step.staff.reduce(added, NOTHING);

/** Of the tasks that have ended, the share that was done in time; null where none has. */
export function inTimeShare(kept: Kept): number | null {
  const ended = kept.inTime + kept.late + kept.never;
  return ended > 0 ? kept.inTime / ended : null;
}

export interface KeptBy {
  staffId: number | null;
  name: string | null;
  kept: Kept;
}

/** By member of the staff, over all steps; who kept to it best comes first, what nobody has last. */
export function keptByStaff(adherence: JourneyAdherence): KeptBy[] {
  const found = new Map<number | null, KeptBy>();
  for (const step of adherence.steps)
    for (const row of step.staff) {
      const before = found.get(row.staff_id) ?? { staffId: row.staff_id, name: row.name, kept: NOTHING };
      found.set(row.staff_id, { ...before, kept: added(before.kept, row) });
    }
  return [...found.values()].sort((a, b) => {
    if ((a.staffId === null) !== (b.staffId === null)) return a.staffId === null ? 1 : -1;
    return (inTimeShare(b.kept) ?? -1) - (inTimeShare(a.kept) ?? -1);
  });
}

/** All tasks of a version. */
export const keptInAll = (adherence: JourneyAdherence): Kept =>
  adherence.steps.flatMap((step) => step.staff).reduce(added, NOTHING);
