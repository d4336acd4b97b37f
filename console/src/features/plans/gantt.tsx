import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { PlanDefinition, PlanTask, PlanTaskState } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { daysBetween, moved, today } from "./days";
import { plansTexts } from "./plans-texts";
import styles from "./gantt.module.css";

const ROW = 34;
const DAY_WIDTH_MIN = 9;

interface GanttProps {
  plan: PlanDefinition;
  states: Readonly<Record<string, PlanTaskState>>;
  /** Given where tasks may be arranged: the tasks as they are to be. */
  onArrange?: ((tasks: PlanTask[]) => void) | undefined;
}

interface Span {
  first: string;
  count: number;
}

function spanOf({ begins_on, ends_on, tasks }: PlanDefinition): Span {
  const first = [begins_on, ...tasks.map((task) => task.begins_on)].sort()[0] ?? begins_on;
  const last = [ends_on, ...tasks.map((task) => task.ends_on)].sort().at(-1) ?? ends_on;
  return { first: moved(first, -1), count: daysBetween(first, last) + 3 };
}

/** A task somewhere else: all of it, or just its end. */
function shifted(task: PlanTask, by: number, isEnd: boolean): PlanTask {
  const ends = moved(task.ends_on, by);
  if (isEnd) return { ...task, ends_on: ends < task.begins_on ? task.begins_on : ends };
  return { ...task, begins_on: moved(task.begins_on, by), ends_on: ends };
}

interface Pull {
  key: string;
  from: number;
  isEnd: boolean;
  by: number;
}

/** Phases as bands, tasks as bars, what waits for what as lines, and today. */
export function Gantt({ plan, states, onArrange }: GanttProps) {
  const t = useTexts(plansTexts);
  const time = useTimeFormat();
  const { language } = useLanguage();
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(720);
  const [pull, setPull] = useState<Pull | null>(null);
  useEffect(() => {
    const { current } = frame;
    if (!current) return;
    const watcher = new ResizeObserver(([entry]) => setRoom(entry?.contentRect.width ?? 720));
    watcher.observe(current);
    return () => watcher.disconnect();
  }, []);
  const { first, count } = spanOf(plan);
  const width = Math.max(DAY_WIDTH_MIN, room / count);
  const x = (day: string) => daysBetween(first, day) * width;
  const now = today();
  const days = Array.from({ length: count }, (_, n) => moved(first, n));
  // Room for a number of two digits; else just Mondays.
  const labelled = days.filter((day) => width >= 24 || new Date(`${day}T00:00:00Z`).getUTCDay() === 1);
  const tasks = plan.tasks.map((task) =>
    pull?.key === task.key ? shifted(task, pull.by, pull.isEnd) : task,
  );
  const placeOf = new Map(tasks.map((task, place) => [task.key, place]));
  const arrange = (key: string, by: number, isEnd: boolean) => {
    if (by) onArrange?.(plan.tasks.map((task) => (task.key === key ? shifted(task, by, isEnd) : task)));
  };
  const down = (event: PointerEvent<HTMLButtonElement>, key: string) => {
    if (!onArrange || event.button !== 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    event.currentTarget.setPointerCapture(event.pointerId);
    setPull({ key, from: event.clientX, isEnd: box.right - event.clientX < 8 && box.width > 24, by: 0 });
  };
  const over = (event: PointerEvent) =>
    pull && setPull({ ...pull, by: Math.round((event.clientX - pull.from) / width) });
  const up = () => {
    if (pull) arrange(pull.key, pull.by, pull.isEnd);
    setPull(null);
  };
  const press = (event: KeyboardEvent, key: string) => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (!by || !onArrange) return;
    event.preventDefault();
    arrange(key, by, event.shiftKey);
  };
  const height = tasks.length * ROW;
  return (
    <div className={styles.gantt}>
      <div className={styles.names}>
        <div className={styles.head} />
        {tasks.map((task) => (
          <div key={task.key} className={styles.name} title={task.name}>
            {task.name}
          </div>
        ))}
      </div>
      <div ref={frame} className={styles.scroll} role="group" aria-label={t.ganttLabel} tabIndex={-1}>
        <div className={styles.field} style={{ width: count * width }}>
          <div className={styles.head}>
            {plan.phases.map((phase) => (
              <span
                key={phase.key}
                className={`${styles.phase} ${styles[phase.kind]}`}
                style={{ left: x(phase.begins_on), width: x(moved(phase.ends_on, 1)) - x(phase.begins_on) }}
                title={`${phase.name} · ${time.day(phase.begins_on)} – ${time.day(phase.ends_on)}`}
              >
                {phase.name}
              </span>
            ))}
            {labelled.map((day) => (
              <span
                key={day}
                className={styles.label}
                style={{ left: x(day), width: width >= 24 ? width : 44 }}
              >
                {width >= 24 ? Number(day.slice(8)) : shortDay(day, language)}
              </span>
            ))}
          </div>
          <div className={styles.body} style={{ height }}>
            {plan.phases.map((phase) => (
              <span
                key={phase.key}
                className={`${styles.band} ${styles[phase.kind]}`}
                style={{ left: x(phase.begins_on), width: x(moved(phase.ends_on, 1)) - x(phase.begins_on) }}
              />
            ))}
            <svg className={styles.lines} width={count * width} height={height} aria-hidden="true">
              {tasks.flatMap((task, place) =>
                task.after.flatMap((key) => {
                  const before = placeOf.get(key);
                  const other = before === undefined ? undefined : tasks[before];
                  if (before === undefined || !other) return [];
                  const isLate = other.ends_on >= task.begins_on;
                  const from = { x: x(moved(other.ends_on, 1)), y: before * ROW + ROW / 2 };
                  const to = { x: x(task.begins_on), y: place * ROW + ROW / 2 };
                  return [
                    <path
                      key={`${key} ${task.key}`}
                      className={isLate ? styles.late : undefined}
                      d={`M${from.x - 3} ${from.y} h7 V${to.y - (to.y > from.y ? 12 : -12)} H${to.x + 5} V${to.y - (to.y > from.y ? 9 : -9)}`}
                    />,
                  ];
                }),
              )}
            </svg>
            {now >= first && daysBetween(first, now) < count && (
              <span className={styles.today} style={{ left: x(now) + width / 2 }} title={t.today} />
            )}
            {tasks.map((task, place) => {
              const state = states[task.key] ?? "todo";
              const label = t.taskLabel(
                task.name,
                time.day(task.begins_on),
                time.day(task.ends_on),
                t.states[state],
              );
              return (
                <button
                  key={task.key}
                  type="button"
                  className={`${styles.bar} ${styles[state] ?? ""} ${onArrange ? styles.loose : ""}`}
                  style={{
                    top: place * ROW + 7,
                    left: x(task.begins_on),
                    width: x(moved(task.ends_on, 1)) - x(task.begins_on),
                  }}
                  aria-label={label}
                  title={label}
                  onPointerDown={(event) => down(event, task.key)}
                  onPointerMove={over}
                  onPointerUp={up}
                  onPointerCancel={() => setPull(null)}
                  onKeyDown={(event) => press(event, task.key)}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

function shortDay(day: string, language: "zh" | "en"): string {
  const [, month, date] = day.split("-").map(Number);
  return language === "zh" ? `${month}/${date}` : `${date}/${month}`;
}
