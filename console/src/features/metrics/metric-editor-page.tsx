import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { ApiError } from "@/api/client";
import { costTotalsQuery } from "@/api/costs";
import { definitionFault } from "@/api/definition-fault";
import { createMetric, meaningQuery, metricQuery, publishMetric, saveMetric } from "@/api/metrics";
import type { MetricDefinition, MetricMeasure, MetricRow } from "@/api/types";
import { vocabularyQuery } from "@/api/vocabulary";
import { BookContext } from "@/shared/conditions/book";
import { useBookOf } from "@/shared/conditions/use-book-of";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";
import { segmentSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import { EventsFields } from "./events-fields";
import { BOARDS, KINDS, UNITS, UPS, newMeasure, unitsOf } from "./measures";
import { metricsTexts } from "./metrics-texts";
import styles from "./metrics.module.css";

const PAUSE_MS = 400;

const NEW: MetricDefinition = {
  key: "",
  zh: "",
  en: "",
  of: newMeasure("events"),
  unit: "count",
  up_is: "good",
};

interface MeasureProps {
  measure: MetricMeasure;
  fault: string | null;
  onChange: (measure: MetricMeasure) => void;
}

function SegmentField({ measure, onChange }: MeasureProps) {
  const t = useTexts(metricsTexts);
  if (measure.kind !== "segment") return null;
  return (
    <Field label={t.fields.segment}>
      {(control) => (
        <PickOne
          source={segmentSource}
          control={control}
          value={measure.segment_id || null}
          onChange={(id) => id !== null && onChange({ kind: "segment", segment_id: id })}
        />
      )}
    </Field>
  );
}

const COST_WORDS = ["channels", "campaigns", "contents"] as const;

/** Which costs count: of the channels, campaigns and contents that were ever written. */
function CostFields({ measure, onChange }: MeasureProps) {
  const t = useTexts(metricsTexts);
  const totals = useQuery(costTotalsQuery({}));
  if (measure.kind !== "costs") return null;
  const known = {
    channels: totals.data?.channels,
    campaigns: totals.data?.campaigns,
    contents: undefined,
  };
  return COST_WORDS.map((field) => (
    <Field key={field} label={t.fields.costWords[field]} note={t.fields.costWordsNote}>
      {(control) => (
        <Select
          {...control}
          mode="tags"
          maxCount={30}
          value={[...measure[field]]}
          onChange={(words: string[]) => onChange({ ...measure, [field]: words })}
          options={
            known[field]?.filter(({ word }) => word).map(({ word }) => ({ value: word, label: word })) ?? []
          }
        />
      )}
    </Field>
  ));
}

function MeasureFields({ measure, fault, onChange }: MeasureProps) {
  const t = useTexts(metricsTexts);
  if (measure.kind === "events") return <EventsFields measure={measure} fault={fault} onChange={onChange} />;
  if (measure.kind === "segment") return <SegmentField measure={measure} fault={fault} onChange={onChange} />;
  if (measure.kind === "costs") return <CostFields measure={measure} fault={fault} onChange={onChange} />;
  if (measure.kind === "formula") {
    return (
      <Field label={t.fields.formula} note={t.fields.formulaNote}>
        {(control) => (
          <Input
            {...control}
            maxLength={200}
            value={measure.text}
            onChange={({ target }) => onChange({ kind: "formula", text: target.value })}
          />
        )}
      </Field>
    );
  }
  return (
    <>
      <Field label={t.fields.measure}>
        {(control) => (
          <Select
            {...control}
            value={measure.measure}
            onChange={(kind) => onChange({ ...measure, measure: kind })}
            options={(["people", "count"] as const).map((value) => ({
              value,
              label: t.fields.measures[value],
            }))}
          />
        )}
      </Field>
      <Field label={t.fields.over}>
        {(control) => (
          <Select
            {...control}
            value={measure.over}
            onChange={(over) => onChange({ ...measure, over, days: over === "rolling" ? 30 : null })}
            options={(["period", "rolling", "ever"] as const).map((value) => ({
              value,
              label: t.fields.overs[value],
            }))}
          />
        )}
      </Field>
      {measure.over === "rolling" && (
        <Field label={t.fields.days}>
          {(control) => (
            <InputNumber<number>
              {...control}
              min={1}
              max={366}
              value={measure.days ?? 30}
              onChange={(days) => onChange({ ...measure, days })}
            />
          )}
        </Field>
      )}
    </>
  );
}

function Editor({ metric: latest }: { metric: MetricRow | null }) {
  const t = useTexts(metricsTexts);
  const { language } = useLanguage();
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  // As it was opened: what a colleague saves meanwhile is not to be written over unseen.
  const [metric, setMetric] = useState(latest);
  const [draft, setDraft] = useState<MetricDefinition>(metric?.draft_definition ?? metric?.definition ?? NEW);
  const rested = useDebounced(draft, PAUSE_MS);
  const isNamed = rested.key !== "" && rested.zh !== "" && rested.en !== "";
  const meaning = useQuery({ ...meaningQuery(rested), enabled: isNamed });
  const save = useMutation({
    mutationFn: async (isLive: boolean) => {
      const saved = metric
        ? await saveMetric(metric.metric_id, draft, metric.revision)
        : await createMetric(draft);
      // What is refused to be published is kept all the same: pressing again changes it, and makes no other.
      setMetric(saved);
      if (isLive) await publishMetric(saved.metric_id);
      return saved;
    },
    onSuccess: async (saved) => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["metrics"] });
      await navigate(`/numbers/${saved.metric_id}`);
    },
    onError: notices.failed,
  });
  const fault = meaning.error instanceof ApiError ? definitionFault(meaning.error, language) : null;
  const set = (change: Partial<MetricDefinition>) => setDraft({ ...draft, ...change });
  const setMeasure = (of: MetricMeasure) => {
    const units = unitsOf(of);
    set({
      of,
      unit: units.includes(draft.unit) ? draft.unit : (units[0] ?? draft.unit),
      split: of.kind === "formula" ? null : (draft.split ?? null),
    });
  };
  const name = (key: "zh" | "en" | "key", label: string, max: number, note?: string) => (
    <Field label={label} note={note}>
      {(control) => (
        <Input
          {...control}
          maxLength={max}
          disabled={key === "key" && metric !== null}
          value={draft[key]}
          onChange={({ target }) => set({ [key]: target.value })}
        />
      )}
    </Field>
  );
  const title = metric ? metric.definition[language] : t.make;
  return (
    <Page
      title={title}
      back={{ to: metric ? `/numbers/${metric.metric_id}` : "/numbers", label: t.title }}
      actions={
        <>
          <Button
            disabled={!isNamed}
            loading={save.isPending && !save.variables}
            onClick={() => save.mutate(false)}
          >
            {t.save}
          </Button>
          {may(rights.publishMetrics) && (
            <Button
              type="primary"
              disabled={!isNamed}
              loading={save.isPending && save.variables}
              onClick={() => save.mutate(true)}
            >
              {t.saveLive}
            </Button>
          )}
        </>
      }
    >
      <Panel>
        <div className={styles.form}>
          {name("zh", t.fields.zh, 60)}
          {name("en", t.fields.en, 60)}
          {name("key", t.fields.key, 40, t.fields.keyNote)}
          <Field label={t.fields.kind}>
            {(control) => (
              <Select
                {...control}
                value={draft.of.kind}
                onChange={(kind) => setMeasure(newMeasure(kind))}
                options={KINDS.map((value) => ({ value, label: t.fields.kinds[value] }))}
              />
            )}
          </Field>
          <MeasureFields measure={draft.of} fault={fault?.path ?? null} onChange={setMeasure} />
          <Field label={t.fields.unit}>
            {(control) => (
              <Select
                {...control}
                value={draft.unit}
                onChange={(unit) => set({ unit })}
                options={UNITS.filter((unit) => unitsOf(draft.of).includes(unit)).map((value) => ({
                  value,
                  label: t.fields.units[value],
                }))}
              />
            )}
          </Field>
          <Field label={t.fields.upIs}>
            {(control) => (
              <Select
                {...control}
                value={draft.up_is}
                onChange={(up) => set({ up_is: up })}
                options={UPS.map((value) => ({ value, label: t.fields.ups[value] }))}
              />
            )}
          </Field>
          <Field label={t.fields.board}>
            {(control) => (
              <Select
                {...control}
                value={draft.board ?? ""}
                onChange={(board) => set({ board: BOARDS.find((each) => each === board) ?? null })}
                options={[
                  { value: "", label: t.fields.noBoard },
                  ...BOARDS.map((value) => ({ value, label: t.boards[value] })),
                ]}
              />
            )}
          </Field>
          {draft.of.kind !== "formula" && (
            <div className={styles.whole}>
              <Field label={t.fields.split} note={t.fields.splitNote}>
                {(control) => (
                  <Input
                    {...control}
                    maxLength={200}
                    value={draft.split ?? ""}
                    onChange={({ target }) => set({ split: target.value || null })}
                  />
                )}
              </Field>
            </div>
          )}
          <div className={styles.whole}>
            {fault ? (
              <p role="alert" className={styles.fault}>
                {fault.path ? `${fault.path}: ` : ""}
                {fault.reason}
              </p>
            ) : (
              meaning.data && (
                <p className={styles.means}>
                  {t.means(language === "zh" ? meaning.data.sentence_zh : meaning.data.sentence_en)}
                </p>
              )
            )}
          </div>
        </div>
      </Panel>
    </Page>
  );
}

/** Where a metric is made and changed. */
export function MetricEditorPage() {
  const t = useTexts(metricsTexts);
  const { metricId } = useParams();
  const isNew = metricId === undefined;
  const metric = useQuery({ ...metricQuery(Number(metricId)), enabled: !isNew });
  const vocabulary = useQuery(vocabularyQuery());
  const book = useBookOf(vocabulary.data);
  const error = metric.error ?? vocabulary.error;
  if (error && !(metric.data && book)) {
    return <ErrorState isPage error={error} onRetry={() => void (vocabulary.refetch(), metric.refetch())} />;
  }
  if (!book || (!isNew && !metric.data)) {
    return (
      <Page title={t.title} back={{ to: "/numbers", label: t.title }}>
        <Panel>
          <SkeletonLines lines={7} />
        </Panel>
      </Page>
    );
  }
  return (
    <BookContext.Provider value={book}>
      <Editor key={metricId ?? "new"} metric={metric.data ?? null} />
    </BookContext.Provider>
  );
}
