import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { metricQuery } from "@/api/metrics";
import type { MetricPart } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { defineTexts, useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { errorTexts, explain } from "@/shared/ui/error-texts";
import { Hint } from "@/shared/ui/hint";
import { useValueFormat } from "./value-format";
import styles from "./metrics.module.css";

const texts = defineTexts({
  zh: {
    rest: "拆解之外",
    overlap: "跨组重复",
    other: "其他",
    missing: "未知",
    contributes: "贡献",
    from: (before: string, after: string) => `${before} → ${after}`,
    open: (name: string) => `展开${name}`,
    definitionOf: (name: string) => `${name}的口径`,
    times: "×",
    divided: "÷",
    plus: "+",
    minus: "−",
  },
  en: {
    rest: "Left over",
    overlap: "In several groups",
    other: "All others",
    missing: "Unknown",
    contributes: "Contributes",
    from: (before: string, after: string) => `${before} → ${after}`,
    open: (name: string) => `Open ${name}`,
    definitionOf: (name: string) => `Definition of ${name}`,
    times: "×",
    divided: "÷",
    plus: "+",
    minus: "−",
  },
});

/** What a metric means; asked for when somebody wants to know. */
function Meaning({ metricId }: { metricId: number }) {
  const { language } = useLanguage();
  const errors = useTexts(errorTexts);
  const { data, error } = useQuery(metricQuery(metricId));
  if (error && !data) return explain(error, errors);
  return data ? data[language === "zh" ? "sentence_zh" : "sentence_en"] : "…";
}

interface NodeProps {
  part: MetricPart;
  root: MetricPart;
  most: number;
  depth: number;
  sign: string;
}

function Node({ part, root, most, depth, sign }: NodeProps) {
  const t = useTexts(texts);
  const may = useMay();
  const { language } = useLanguage();
  const [isOpen, setOpen] = useState(depth < 2);
  const own = useValueFormat(part.unit ?? (part.group || part.key === "rest" ? root.unit : null), [
    part.before,
    part.after,
  ]);
  const whole = useValueFormat(root.unit, [root.before, root.after]);
  const named = part.group
    ? part.group.kind === "value"
      ? part.group.label
      : t[part.group.kind]
    : part.key === "rest" || part.key === "overlap"
      ? t[part.key]
      : part[language];
  const share = part.contribution === null ? 0 : Math.abs(part.contribution) / most;
  const isLoss = (part.contribution ?? 0) < 0;
  const isDrawn = depth > 0;
  return (
    <li>
      <div className={styles.node} style={{ "--depth": depth }}>
        <span className={styles.nodeName}>
          {part.parts.length > 0 ? (
            <button
              type="button"
              className={styles.fold}
              aria-expanded={isOpen}
              aria-label={t.open(named)}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? "▾" : "▸"}
            </button>
          ) : (
            <span className={styles.fold} aria-hidden="true" />
          )}
          {sign && <span className={styles.sign}>{sign}</span>}
          {named}
          {!part.group && part.metric_id !== null && may(rights.readMetrics) && (
            <Hint label={t.definitionOf(named)}>
              <Meaning metricId={part.metric_id} />
            </Hint>
          )}
        </span>
        <span className={styles.nodeValues}>{t.from(own.short(part.before), own.short(part.after))}</span>
        <span className={styles.track} aria-hidden="true">
          {isDrawn && (
            <span
              className={isLoss ? styles.loss : styles.gain}
              style={{ "--share": `${Math.min(share, 1) * 50}%` }}
            />
          )}
        </span>
        <span className={styles.nodeChange}>{whole.change(part.contribution)}</span>
      </div>
      {isOpen && part.parts.length > 0 && (
        <ul className={styles.nodes}>
          {part.parts.map((inner, place) => (
            <Node
              key={inner.key}
              part={inner}
              root={root}
              most={most}
              depth={depth + 1}
              sign={signOf(part, inner, place, t)}
            />
          ))}
        </ul>
      )}
    </li>
  );
}

function signOf(of: MetricPart, part: MetricPart, place: number, t: Record<string, unknown>): string {
  if (part.group) return "";
  const word =
    of.how === "product" ? (part.power === 1 ? t.times : t.divided) : part.power === 1 ? t.plus : t.minus;
  return place === 0 && part.power === 1 ? "" : String(word);
}

/** The greatest contribution of any part, which the bars are drawn against. */
function greatest(part: MetricPart): number {
  return Math.max(
    0,
    ...part.parts.map((inner) => Math.max(Math.abs(inner.contribution ?? 0), greatest(inner))),
  );
}

/** What made a number another one: each part with its values and, as a bar, what it adds to the change of the whole. */
export function ChangeTree({ root }: { root: MetricPart }) {
  return (
    <ul className={styles.nodes}>
      <Node part={root} root={root} most={greatest(root) || 1} depth={0} sign="" />
    </ul>
  );
}
