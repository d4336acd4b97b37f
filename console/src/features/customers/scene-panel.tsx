import { useQuery } from "@tanstack/react-query";
import { customerSceneQuery } from "@/api/scenes";
import type { CustomerScene, SceneName } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { HeatMap } from "@/shared/scenes/heat-map";
import { HourBars } from "@/shared/scenes/hour-bars";
import { deviceName, sceneWords } from "@/shared/scenes/scene-words";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { sceneTexts } from "./scene-texts";
import pageStyles from "./customer-page.module.css";
import styles from "./scene-panel.module.css";

function Usual({
  label,
  rows,
  show,
}: {
  label: string;
  rows: readonly SceneName[];
  show: (name: string) => string;
}) {
  const words = useTexts(sceneWords);
  const n = useNumberFormat();
  if (rows.length === 0) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd title={rows.map((row) => `${show(row.name)} ${words.acts(n.whole(row.count))}`).join(" · ")}>
        {rows[0] && show(rows[0].name)}
      </dd>
    </div>
  );
}

function Hours({ scene }: { scene: CustomerScene }) {
  const t = useTexts(sceneTexts);
  const words = useTexts(sceneWords);
  const n = useNumberFormat();
  const own = scene.hours.map((each) => each.own);
  return (
    <>
      <HourBars
        label={t.hours}
        values={scene.hours.map((each) => each.score)}
        best={scene.best_hour}
        isQuiet={(hour) => hour < scene.first_send_hour || hour > scene.last_send_hour}
        say={(hour) => t.hour(words.between(hour), n.whole(own[hour] ?? 0))}
      />
      <p className={styles.why}>{t.why(n.whole(scene.prior_acts))}</p>
    </>
  );
}

/** When, where and on what this customer acts. */
export function ScenePanel({ customerId }: { customerId: number }) {
  const t = useTexts(sceneTexts);
  const words = useTexts(sceneWords);
  const n = useNumberFormat();
  const { data, error, refetch } = useQuery(customerSceneQuery(customerId));
  return (
    <Panel title={t.title} note={data ? t.note(n.whole(data.days)) : undefined}>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonLines lines={4} />
      ) : data.acts === 0 ? (
        <p className={pageStyles.quiet}>{t.none}</p>
      ) : (
        <div className={styles.stack}>
          <dl className={pageStyles.facts}>
            {data.best_hour !== null && (
              <div>
                <dt>{t.best}</dt>
                <dd>{words.between(data.best_hour)}</dd>
              </div>
            )}
            <div>
              <dt>{t.weekends}</dt>
              <dd>{n.share(data.acts_at_weekends / data.acts)}</dd>
            </div>
            <Usual label={t.city} rows={data.cities} show={(name) => name} />
            <Usual label={t.device} rows={data.devices} show={deviceName} />
          </dl>
          {data.hours.length > 0 && <Hours scene={data} />}
          <HeatMap cells={data.cells} label={t.heat} />
        </div>
      )}
    </Panel>
  );
}
