import { ClockCircleOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { computeScenes, scenesQuery } from "@/api/scenes";
import { createSegment } from "@/api/segments";
import type { Condition, SceneName, Scenes } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { HeatMap } from "@/shared/scenes/heat-map";
import { HourBars } from "@/shared/scenes/hour-bars";
import { deviceName, sceneWords } from "@/shared/scenes/scene-words";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { scenesTexts } from "./scenes-texts";
import styles from "./scenes-page.module.css";

interface Made {
  name: string;
  definition: Condition;
}

/** Makes a segment of an hour, a place or a device, and goes on to its page; undefined for who may not. */
function useMakeSegment(): ((made: Made) => void) | undefined {
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: createSegment,
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
      await navigate(`/segments/${made.segment_id}/edit`);
    },
    onError: notices.failed,
  });
  return may(rights.writeSegments) ? mutate : undefined;
}

function ComputeButton() {
  const t = useTexts(scenesTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const compute = useMutation({
    mutationFn: computeScenes,
    onSuccess: async () => {
      notices.done(t.computing);
      await queryClient.invalidateQueries({ queryKey: ["scenes"] });
    },
    onError: notices.failed,
  });
  if (!may(rights.publishSegments)) return null;
  return (
    <Button size="small" loading={compute.isPending} onClick={() => compute.mutate()}>
      {t.compute}
    </Button>
  );
}

function BestHours({ scenes }: { scenes: Scenes }) {
  const t = useTexts(scenesTexts);
  const words = useTexts(sceneWords);
  const n = useNumberFormat();
  const make = useMakeSegment();
  return (
    <HourBars
      label={t.best}
      values={scenes.best_hours}
      say={(hour, count) => t.hourCustomers(words.between(hour), n.whole(count))}
      onChoose={
        make &&
        ((hour) =>
          make({
            name: t.newHour(words.between(hour)),
            definition: { kind: "estimate", model: "scene", name: "best_hour", operator: "is", value: hour },
          }))
      }
    />
  );
}

interface NamesProps {
  title: string;
  rows: readonly SceneName[];
  show: (name: string) => string;
  made: (name: string) => Made;
}

function Names({ title, rows, show, made }: NamesProps) {
  const t = useTexts(scenesTexts);
  const n = useNumberFormat();
  const make = useMakeSegment();
  const most = Math.max(1, ...rows.map((row) => row.count));
  return (
    <Panel title={title} note={rows.length > 0 && make ? t.namedNote : undefined}>
      {rows.length === 0 && <p className={styles.quiet}>{t.none}</p>}
      <ul className={styles.names}>
        {rows.map((row) => {
          const line = (
            <>
              <span className={styles.name}>{show(row.name)}</span>
              <span className={styles.count}>{t.customers(n.whole(row.count))}</span>
            </>
          );
          const style = { "--share": `${Math.round((row.count / most) * 100)}%` };
          return (
            <li key={row.name}>
              {make ? (
                <button
                  type="button"
                  className={styles.row}
                  style={style}
                  onClick={() => make(made(row.name))}
                >
                  {line}
                </button>
              ) : (
                <span className={styles.row} style={style}>
                  {line}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function Estimated({ scenes }: { scenes: Scenes }) {
  const t = useTexts(scenesTexts);
  const time = useTimeFormat();
  const when = scenes.computed_at;
  const is = (name: "city" | "device", value: string): Condition => ({
    kind: "estimate",
    model: "scene",
    name,
    operator: "is",
    value,
  });
  return (
    <>
      <Panel
        title={t.best}
        hint={t.bestHint}
        note={when ? `${t.computedAt(time.full(when))} · ${t.bestNote}` : undefined}
        extra={<ComputeButton />}
      >
        {when ? (
          <BestHours scenes={scenes} />
        ) : (
          <EmptyState
            compact
            icon={<ClockCircleOutlined aria-hidden />}
            title={t.notComputed}
            text={t.notComputedText}
          />
        )}
      </Panel>
      <div className={styles.pair}>
        <Names
          title={t.cities}
          rows={scenes.cities}
          show={(name) => name}
          made={(name) => ({ name: t.newCity(name), definition: is("city", name) })}
        />
        <Names
          title={t.devices}
          rows={scenes.devices}
          show={deviceName}
          made={(name) => ({ name: t.newDevice(deviceName(name)), definition: is("device", name) })}
        />
      </div>
    </>
  );
}

/** When, where and on what all customers act. */
export function ScenesPage() {
  const t = useTexts(scenesTexts);
  const n = useNumberFormat();
  const { data, error, refetch } = useQuery(scenesQuery());
  if (error && !data) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page title={t.title} lead={t.lead}>
      <div className={styles.stack}>
        <Panel title={t.heat} hint={t.heatHint} note={data ? t.heatNote(n.whole(data.days)) : undefined}>
          {!data ? (
            <Skeleton height={170} />
          ) : data.cells.length === 0 ? (
            <EmptyState
              compact
              icon={<ClockCircleOutlined aria-hidden />}
              title={t.noActs}
              text={t.noActsText}
            />
          ) : (
            <HeatMap cells={data.cells} label={t.heat} />
          )}
        </Panel>
        {data && <Estimated scenes={data} />}
      </div>
    </Page>
  );
}
