import type { InsightAnswer, Question } from "@/api/types";
import { MODELS } from "./attribution-answer";
import type { Table } from "./question";
import type { useWords } from "./words";

type Words = Pick<ReturnType<typeof useWords>, "t" | "event" | "group" | "models" | "touched">;

/** An answer as the rows of a spreadsheet. */
export function tableOf(
  question: Question,
  answer: InsightAnswer,
  { t, event, group, models, touched }: Words,
): Table {
  if (answer.funnel && question.kind === "funnel") {
    const steps = question.steps.map((_, at) => t.step(at + 1));
    return [
      ["", ...steps],
      [t.whole, ...answer.funnel.reached],
      ...answer.funnel.parts.map((row) => [group(row.group), ...row.reached]),
      ...answer.funnel.periods.map((row) => [row.starts_on, ...row.reached]),
    ];
  }
  if (answer.retention) {
    const head = answer.retention.brackets.map(({ least, most }) => t.bracketOf(least, most));
    return [
      [t.cohort, t.customers, ...head],
      ...answer.retention.cohorts.map((row) => [
        row.starts_on,
        row.customers,
        ...row.cells.map((cell) => cell?.customers ?? null),
      ]),
    ];
  }
  if (answer.paths)
    return [
      [t.steps, t.anchor, "→", t.visits],
      ...answer.paths.flows.map((flow) => [flow.step, event(flow.name), event(flow.to), flow.goes]),
      ...answer.paths.nodes.map((node) => [node.step, event(node.name), t.ended, node.ended]),
    ];
  if (answer.lifecycle)
    return [
      [t.period, ...Object.values(t.lives)],
      ...answer.lifecycle.periods.map((row) => [
        row.starts_on,
        row.new,
        row.returning,
        row.resurrecting,
        row.dormant,
      ]),
    ];
  if (answer.stickiness)
    return [
      [t.period, t.activeDay, t.activePeople],
      ...answer.stickiness.days.map((row) => [row.day, row.active, row.active_of_days]),
    ];
  if (answer.completion)
    return [
      [t.content, t.opened, t.finished],
      ...answer.completion.rows.map((row) => [row.content, row.opened, row.finished]),
    ];
  if (answer.attribution && question.kind === "attribution")
    return [
      [t.bys.channel, t.customers, ...MODELS.map((model) => models[model])],
      ...answer.attribution.channels.map((row) => [
        touched(question, row.channel),
        row.customers,
        ...MODELS.map((model) => row.credits[model]?.conversions ?? 0),
      ]),
    ];
  if (answer.sends)
    return [
      ["", ...Object.values(t.outcomes)],
      ...answer.sends.rows.map((row) => [
        row.label || t.allMessages,
        ...(Object.keys(t.outcomes) as (keyof typeof t.outcomes)[]).map(
          (outcome) => row.counts[outcome] ?? 0,
        ),
      ]),
    ];
  return [];
}
