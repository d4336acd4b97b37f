import { FormOutlined, TeamOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { formStatisticsQuery } from "@/api/forms";
import { paced } from "@/api/live";
import { createSegment } from "@/api/segments";
import type { Condition, FormQuestion, FormRow, FormStatistics, QuestionStatistics } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { hasChoices } from "./form-draft";
import { formsTexts } from "./forms-texts";
import styles from "./forms.module.css";

interface Bar {
  key: string;
  label: string;
  count: number;
  /** Whom it counts; null where nobody may make a segment of them. */
  condition: Condition | null;
}

const REFRESH_MS = 15_000;

/** Those whose last answer to the form says so. */
function said(
  formId: number,
  key: string,
  question: FormQuestion,
  value: string | number | boolean,
): Condition {
  return {
    kind: "event_value",
    event: "form_answered",
    which: "last",
    property: `answers.${key}`,
    operator: question.kind === "multiple" ? "contains" : "is",
    value,
    where: [{ property: "form_id", operator: "is", value: formId }],
  };
}

/** The choices of a question, or the steps of a scale, each with how often it was taken. */
function barsOf(
  formId: number,
  question: FormQuestion,
  numbers: QuestionStatistics | undefined,
  words: { agreed: string; gone: string },
): Bar[] {
  const counts = { ...numbers?.counts };
  const known: [key: string, label: string, value: string | number | boolean][] = hasChoices(question)
    ? question.choices.map((choice) => [choice.key, choice.label, choice.key])
    : question.kind === "rating" || question.kind === "nps"
      ? Array.from({ length: question.kind === "rating" ? 5 : 11 }, (_, n) => {
          const step = question.kind === "rating" ? n + 1 : n;
          return [String(step), String(step), step];
        })
      : question.kind === "consent"
        ? [["true", words.agreed, true]]
        : [];
  const bars = known.map(([key, label, value]) => ({
    key,
    label,
    count: counts[key] ?? 0,
    condition: said(formId, question.key, question, value),
  }));
  const gone = Object.entries(counts).filter(([key]) => !known.some(([each]) => each === key));
  return known.length === 0
    ? []
    : [
        ...bars,
        ...gone.map(([key, count]) => ({ key, label: `${key}${words.gone}`, count, condition: null })),
      ];
}

/** Promoters less detractors, of a hundred. */
function npsOf(numbers: QuestionStatistics): number {
  const count = (least: number, most: number) =>
    Object.entries(numbers.counts).reduce(
      (sum, [step, times]) => sum + (Number(step) >= least && Number(step) <= most ? times : 0),
      0,
    );
  return Math.round(((count(9, 10) - count(0, 6)) / Math.max(1, numbers.answers)) * 100);
}

function Bars({ form, title, bars, total }: { form: FormRow; title: string; bars: Bar[]; total: number }) {
  const t = useTexts(formsTexts);
  const n = useNumberFormat();
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const make = useMutation({
    mutationFn: ({ label, condition }: { label: string; condition: Condition }) =>
      createSegment({ name: t.segmentName(form.name, label).slice(0, 120), definition: condition }),
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
      await navigate(`/segments/${made.segment_id}/edit`);
    },
    onError: notices.failed,
  });
  return (
    <ul className={styles.bars} aria-label={title}>
      {bars.map(({ key, label, count, condition }) => {
        const share = total ? count / total : 0;
        const inside = (
          <>
            <span className={styles.barLabel}>{label}</span>
            <span className={styles.barNumber}>
              {n.whole(count)} · {n.share(share)}
            </span>
            <span className={styles.barTrack} aria-hidden="true">
              <span style={{ width: `${(share * 100).toFixed(1)}%` }} />
            </span>
          </>
        );
        return (
          <li key={key}>
            {condition && count > 0 && may(rights.writeSegments) ? (
              <button
                type="button"
                className={styles.bar}
                title={t.makeSegment(label)}
                disabled={make.isPending}
                onClick={() => make.mutate({ label, condition })}
              >
                {inside}
                <TeamOutlined className={styles.barIcon ?? ""} aria-hidden />
              </button>
            ) : (
              <div className={styles.bar}>{inside}</div>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const TYPED: readonly FormQuestion["kind"][] = ["text", "long_text", "phone", "email", "city"];

/** How many answered, and what numbers come to. */
function useNote() {
  const t = useTexts(formsTexts);
  const n = useNumberFormat();
  const one = (value: number) => String(Math.round(value * 10) / 10);
  return (question: FormQuestion, numbers: QuestionStatistics | undefined): string => {
    if (TYPED.includes(question.kind)) return t.typed;
    if (!numbers) return t.answered("0");
    const { mean, least, most } = numbers;
    const hasRange = question.kind === "number" && least !== null && most !== null;
    return [
      t.answered(n.whole(numbers.answers)),
      ...(mean === null ? [] : [t.mean(one(mean))]),
      ...(hasRange ? [t.range(one(least), one(most))] : []),
      ...(question.kind === "nps" ? [t.npsScore(String(npsOf(numbers)))] : []),
    ].join(" · ");
  };
}

function Questions({ form, numbers }: { form: FormRow; numbers: FormStatistics }) {
  const t = useTexts(formsTexts);
  const note = useNote();
  const all = form.definition.pages
    .flatMap((page) => page.questions)
    .map((question) => {
      const told = numbers.questions[question.key];
      return { question, told, bars: barsOf(form.form_id, question, told, t) };
    });
  const rest = all.filter(({ bars }) => bars.length === 0);
  return (
    <>
      {all
        .filter(({ bars }) => bars.length > 0)
        .map(({ question, told, bars }) => (
          <Panel key={question.key} title={question.title} note={note(question, told)}>
            <Bars
              form={form}
              title={question.title}
              bars={bars}
              total={question.kind === "consent" ? numbers.answers : (told?.answers ?? 0)}
            />
          </Panel>
        ))}
      {rest.length > 0 && (
        <Panel title={t.others}>
          <dl className={styles.others}>
            {rest.map(({ question, told }) => (
              <div key={question.key}>
                <dt>{question.title}</dt>
                <dd>{note(question, told)}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      )}
    </>
  );
}

function Numbers({ numbers }: { numbers: FormStatistics }) {
  const t = useTexts(formsTexts);
  const n = useNumberFormat();
  const shown = [
    [t.opened, n.whole(numbers.opened)],
    [t.respondents, n.whole(numbers.respondents)],
    [t.rate, numbers.opened ? n.share(Math.min(1, numbers.respondents / numbers.opened)) : "—"],
    [t.answerCount, n.whole(numbers.answers)],
    ...(numbers.mean_score === null ? [] : [[t.meanScore, String(Math.round(numbers.mean_score * 10) / 10)]]),
  ] as const;
  return (
    <dl className={styles.numbers}>
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the answers come to, question by question. A bar is the way to a segment of those whom it counts. */
export function FormResults({ form }: { form: FormRow }) {
  const t = useTexts(formsTexts);
  const { data, error, refetch } = useQuery({
    ...formStatisticsQuery(form.form_id),
    refetchInterval: form.state === "open" ? paced(REFRESH_MS) : false,
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <Panel>
        <SkeletonLines lines={8} />
      </Panel>
    );
  if (data.answers === 0 && data.opened === 0)
    return (
      <Panel>
        <EmptyState icon={<FormOutlined aria-hidden />} title={t.noAnswers} text={t.noAnswersText} />
      </Panel>
    );
  const bands = form.definition.bands.map((band): Bar => ({
    key: band.key,
    label: band.label,
    count: data.bands[band.key] ?? 0,
    condition: {
      kind: "event_value",
      event: "form_answered",
      which: "last",
      property: "band",
      operator: "is",
      value: band.key,
      where: [{ property: "form_id", operator: "is", value: form.form_id }],
    },
  }));
  return (
    <>
      <Numbers numbers={data} />
      {bands.length > 0 && (
        <Panel title={t.bands}>
          <Bars form={form} title={t.bands} bars={bands} total={data.answers} />
        </Panel>
      )}
      <Questions form={form} numbers={data} />
    </>
  );
}
