import { Input, Modal, Segmented, Select } from "antd";
import { useState } from "react";
import type { DashboardCard } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { questionSource, segmentSource } from "@/api/sources";
import { MetricPick } from "@/shared/metrics/metric-pick";
import { PickOne } from "@/shared/ui/picker";
import { TextField } from "@/shared/ui/text-field";
import { dashboardsTexts } from "./dashboards-texts";
import type { Place } from "./grid";
import { PeriodSelect } from "./period-select";
import styles from "./dashboards.module.css";

const KINDS = ["metric", "question", "segment", "text"] as const;
type Kind = DashboardCard["kind"];

/** What may be written before it is a card: nothing need be chosen yet. */
interface Draft {
  kind: Kind;
  thing: number | null;
  grain: "day" | "week" | "month";
  shows: "line" | "number";
  title: string;
  text: string;
  period: Extract<DashboardCard, { kind: "metric" }>["period"];
}

const draftOf = (card: DashboardCard | null): Draft => ({
  kind: card?.kind ?? "metric",
  thing:
    card?.kind === "metric"
      ? card.metric_id
      : card?.kind === "question"
        ? card.question_id
        : card?.kind === "segment"
          ? card.segment_id
          : null,
  grain: (card?.kind === "metric" && card.grain) || "day",
  shows: (card?.kind === "metric" && card.shows) || "line",
  title: card && card.kind !== "text" ? (card.title ?? "") : "",
  text: card?.kind === "text" ? card.lines.join("\n") : "",
  period: card?.kind === "metric" || card?.kind === "question" ? (card.period ?? null) : null,
});

/** How large a new card is. */
export const SIZES: Record<Kind, { w: number; h: number }> = {
  metric: { w: 6, h: 4 },
  question: { w: 6, h: 5 },
  segment: { w: 3, h: 2 },
  text: { w: 12, h: 1 },
};

function cardOf(draft: Draft, key: string, place: Place, before: DashboardCard | null): DashboardCard | null {
  const { kind, thing, period } = draft;
  const title = draft.title.trim() || null;
  if (kind === "text") {
    const lines = draft.text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    return lines.length ? { kind, key, place, lines } : null;
  }
  if (thing === null) return null;
  if (kind === "segment") return { kind, key, place, segment_id: thing, title };
  if (kind === "question") return { kind, key, place, question_id: thing, period: period ?? null, title };
  const breakdown =
    before?.kind === "metric" && before.metric_id === thing ? (before.breakdown ?? null) : null;
  const { grain, shows } = draft;
  return { kind, key, place, metric_id: thing, grain, shows, breakdown, period: period ?? null, title };
}

interface CardDialogProps {
  /** The card that is edited; null for a new one. */
  card: DashboardCard | null;
  newKey: string;
  placeFor: (size: { w: number; h: number }) => Place;
  onClose: () => void;
  onCard: (card: DashboardCard) => void;
}

/** Says what a card shows. */
export function CardDialog({ card, newKey, placeFor, onClose, onCard }: CardDialogProps) {
  const t = useTexts(dashboardsTexts);
  const [draft, setDraft] = useState(() => draftOf(card));
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const size = draft.kind === "metric" && draft.shows === "number" ? { w: 3, h: 2 } : SIZES[draft.kind];
  const made = cardOf(draft, card?.key ?? newKey, card?.place ?? placeFor(size), card);
  return (
    <Modal
      open
      title={card ? t.editCard : t.addCard}
      okText={t.ok}
      cancelText={t.cancel}
      okButtonProps={{ disabled: !made }}
      onOk={() => made && onCard(made)}
      onCancel={onClose}
    >
      <div className={styles.fields}>
        {!card && (
          <Segmented<Kind>
            block
            aria-label={t.kind}
            value={draft.kind}
            onChange={(kind) => change({ kind, thing: null })}
            options={KINDS.map((kind) => ({ value: kind, label: t.kinds[kind] }))}
          />
        )}
        {draft.kind === "text" ? (
          <Field label={t.text}>
            {(control) => (
              <Input.TextArea
                {...control}
                rows={5}
                maxLength={2000}
                value={draft.text}
                onChange={({ target }) => change({ text: target.value })}
              />
            )}
          </Field>
        ) : (
          <>
            <Field label={t[draft.kind]} note={draft.kind === "question" ? t.questionNote : undefined}>
              {(control) => {
                const rest = {
                  control,
                  value: draft.thing,
                  onChange: (thing: number | null) => change({ thing }),
                };
                if (draft.kind === "segment") return <PickOne {...rest} source={segmentSource} />;
                if (draft.kind === "question") return <PickOne {...rest} source={questionSource} />;
                return <MetricPick {...rest} />;
              }}
            </Field>
            {draft.kind === "metric" && (
              <div className={styles.pair}>
                <Field label={t.shows}>
                  {(control) => (
                    <Select<"line" | "number">
                      {...control}
                      value={draft.shows}
                      onChange={(shows) => change({ shows })}
                      options={(["line", "number"] as const).map((value) => ({
                        value,
                        label: t.show[value],
                      }))}
                    />
                  )}
                </Field>
                <Field label={t.grain}>
                  {(control) => (
                    <Select<"day" | "week" | "month">
                      {...control}
                      value={draft.grain}
                      onChange={(grain) => change({ grain })}
                      options={(["day", "week", "month"] as const).map((value) => ({
                        value,
                        label: t.grains[value],
                      }))}
                    />
                  )}
                </Field>
              </div>
            )}
            {draft.kind !== "segment" && (
              <Field label={t.period}>
                {({ id }) => (
                  <PeriodSelect
                    id={id}
                    none={t.periodOfCard}
                    value={draft.period ?? null}
                    onChange={(period) => change({ period })}
                  />
                )}
              </Field>
            )}
            <TextField
              label={t.cardTitle}
              max={60}
              value={draft.title}
              onChange={(title) => change({ title })}
            />
          </>
        )}
      </div>
    </Modal>
  );
}
