import { LineChartOutlined } from "@ant-design/icons";
import { useEffect, useMemo } from "react";
import type { LtvFit } from "@/api/types";
import { Chart } from "@/shared/charts/chart";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { useTheme } from "@/shared/theme/theme-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { Panel } from "@/shared/ui/panel";
import { lookBackOption } from "./ltv-option";
import { ltvTexts } from "./ltv-texts";
import styles from "./ltv.module.css";

type LookBack = NonNullable<LtvFit["look_back"]>;

/** The same figures as words, for those who cannot see the picture. */
function Points({ back }: { back: LookBack }) {
  const t = useTexts(ltvTexts);
  const time = useTimeFormat();
  const n = useNumberFormat();
  return (
    <table className="visually-hidden">
      <caption>{t.lookBackLabel}</caption>
      <thead>
        <tr>
          <th scope="col">{t.day}</th>
          <th scope="col">{t.actual}</th>
          <th scope="col">{t.expected}</th>
        </tr>
      </thead>
      <tbody>
        {back.points.map((point) => (
          <tr key={point.on}>
            <th scope="row">{time.day(point.on)}</th>
            <td>{n.whole(point.actual)}</td>
            <td>{n.whole(point.expected)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Drawn({ back }: { back: LookBack }) {
  const t = useTexts(ltvTexts);
  const time = useTimeFormat();
  const n = useNumberFormat();
  const { colours } = useTheme();
  const option = useMemo(() => lookBackOption(back, { t, n, time, colours }), [back, t, n, time, colours]);
  const off = back.actual ? back.expected / back.actual - 1 : 0;
  return (
    <>
      <dl className={styles.said}>
        <div>
          <dt>
            {t.since(time.day(back.cut_on))} · {t.actual}
          </dt>
          <dd>{n.whole(back.actual)}</dd>
        </div>
        <div>
          <dt>{t.expected}</dt>
          <dd>
            {n.whole(back.expected)} <small>{t.off(`${off > 0 ? "+" : ""}${n.share(off)}`)}</small>
          </dd>
        </div>
      </dl>
      <Chart label={t.lookBackLabel} option={option} height={240} />
      <Points back={back} />
    </>
  );
}

/** How the last part of the time came out, by what was known before it. */
export function LtvLookBack({ back }: { back: LookBack | null }) {
  const t = useTexts(ltvTexts);
  const time = useTimeFormat();
  useEffect(() => Chart.expect(), []);
  const legend = (
    <ul className={styles.legend} aria-hidden="true">
      <li className={styles.actual}>{t.actual}</li>
      <li className={styles.expected}>{t.expected}</li>
    </ul>
  );
  return (
    <Panel
      title={t.lookBack}
      note={back ? t.lookBackNote(time.day(back.cut_on)) : undefined}
      extra={back && legend}
    >
      {back ? (
        <Drawn back={back} />
      ) : (
        <EmptyState compact icon={<LineChartOutlined aria-hidden />} title={t.lookBackNone} />
      )}
    </Panel>
  );
}
