import { CheckCircleFilled, MinusCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { setupStepsQuery } from "@/api/setup";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { todayTexts } from "./today-texts";
import styles from "./today-panel.module.css";

const PLACES: Readonly<Partial<Record<string, string>>> = {
  data: "/settings/keys",
  wecom: "/settings/wecom",
  segment: "/segments/new",
  journey: "/journeys/templates",
};

/** What a new installation still needs; gone once all of it is done. */
export function NextSteps() {
  const t = useTexts(todayTexts);
  const { data } = useQuery(setupStepsQuery());
  const rows = data?.rows ?? [];
  const done = rows.filter((row) => row.is_done).length;
  if (done === rows.length) return null;
  const words: Readonly<Partial<Record<string, string>>> = t.step;
  return (
    <Panel title={t.steps} note={t.stepsNote} extra={t.progress(String(done), String(rows.length))}>
      <ol className={styles.steps}>
        {rows.map(({ key, is_done: isDone }) => (
          <li key={key} className={`${styles.step} ${isDone ? styles.isDone : ""}`}>
            {isDone ? <CheckCircleFilled aria-label={t.done} /> : <MinusCircleOutlined aria-hidden />}
            {isDone ? (
              <span>{words[key] ?? key}</span>
            ) : (
              <Link to={PLACES[key] ?? "/"}>{words[key] ?? key}</Link>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
