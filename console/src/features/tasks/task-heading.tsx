import { Link } from "react-router";
import type { Task } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { staffTexts } from "@/shared/staff/staff-texts";
import styles from "./tasks.module.css";

/** What a task says, about whom, and where it came from. */
export function TaskHeading({ task, more }: { task: Task; more?: string | undefined }) {
  const t = useTexts(staffTexts);
  const from = [
    task.from_name || (task.source === "hand" ? "" : t.sources[task.source]),
    task.handed_by && t.handedBy(task.handed_by, task.handed_note),
    more,
  ].filter(Boolean);
  return (
    <div className={styles.words}>
      <span className={styles.head}>
        <span className={styles.name}>{task.title}</span>
        <Link to={`/customers/${task.customer_id}`}>{task.customer}</Link>
      </span>
      {task.body && <p className={styles.text}>{task.body}</p>}
      {from.length > 0 && <span className={styles.quiet}>{from.join(" · ")}</span>}
      {task.note && <span className={styles.quiet}>{task.note}</span>}
    </div>
  );
}
