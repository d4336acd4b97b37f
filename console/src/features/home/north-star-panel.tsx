import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { alertListQuery, homeMetricsQuery } from "@/api/metrics";
import { useTimeFormat } from "@/shared/format/time-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { ChangeMark } from "@/shared/metrics/change-mark";
import { ChangeTree } from "@/shared/metrics/change-tree";
import { Sparkline } from "@/shared/metrics/sparkline";
import { useValueFormat } from "@/shared/metrics/value-format";
import { Panel } from "@/shared/ui/panel";
import { homeTexts } from "./home-texts";
import styles from "./north-star-panel.module.css";

/** The north star: how it stands, what it should come to, and what changed it; and how many alerts nobody has looked at. */
export function NorthStarPanel() {
  const t = useTexts(homeTexts);
  const { language } = useLanguage();
  const time = useTimeFormat();
  const { data } = useQuery(homeMetricsQuery());
  const alerts = useInfiniteQuery(alertListQuery(true));
  const star = data?.north_star;
  const format = useValueFormat(star?.glance.unit, star?.glance.values);
  const open = alerts.data?.pages.flatMap((page) => page.rows).length ?? 0;
  const told = open > 0 && <Link to="/numbers/alerts">{t.openAlerts(open)}</Link>;
  if (!star) return told ? <Panel title={t.alerts}>{told}</Panel> : null;
  const { glance, days, targets } = star;
  const last = glance.values.at(-2);
  const target = targets.at(-2);
  return (
    <Panel
      title={t.northStar(glance[language])}
      hint={language === "zh" ? glance.sentence_zh : glance.sentence_en}
      note={t.whatChanged(time.day(days.at(-3) ?? ""), time.day(days.at(-2) ?? ""))}
      extra={told}
    >
      <div className={styles.star}>
        <div className={styles.figure}>
          <Link to={`/numbers/${glance.metric_id}`} className={styles.value}>
            {format.full(last)}
          </Link>
          <ChangeMark after={last} before={glance.values.at(-3)} upIs={glance.up_is} />
          {target !== null && target !== undefined && (
            <span className={styles.note}>{t.targetOf(format.full(target))}</span>
          )}
          <span className={styles.note}>{t.soFar(format.full(glance.values.at(-1)))}</span>
          <Sparkline values={glance.values} />
        </div>
        <ChangeTree key={days.at(-2)} root={star.tree} />
      </div>
    </Panel>
  );
}
