import { DownloadOutlined, FormOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";
import { formAnswersQuery, formFiles } from "@/api/forms";
import type { FormAnswer, FormQuestion, FormRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { When } from "@/shared/ui/when";
import { hasChoices } from "./form-draft";
import { formsTexts } from "./forms-texts";
import styles from "./forms.module.css";

type Value = FormAnswer["values"][string];

type Listed = (words: readonly string[]) => string;

function told(question: FormQuestion, value: Value, agreed: string, listed: Listed): string {
  const label = (key: string) =>
    hasChoices(question) ? (question.choices.find((choice) => choice.key === key)?.label ?? key) : key;
  if (Array.isArray(value)) return listed(value.map((each) => label(each)));
  if (typeof value === "boolean") return agreed;
  return typeof value === "string" ? label(value) : String(value);
}

function OneAnswer({ form, answer }: { form: FormRow; answer: FormAnswer }) {
  const t = useTexts(formsTexts);
  const listed = useWordList();
  const questions = form.definition.pages.flatMap((page) => page.questions);
  return (
    <li className={styles.answer}>
      <div className={styles.answerHead}>
        <Link to={`/customers/${answer.customer_id}`}>{answer.customer_name}</Link>
        <span className={styles.quiet}>
          <When at={answer.changed_at ?? answer.answered_at} />
          {answer.changed_at && ` · ${t.changed}`}
          {answer.score !== null && ` · ${t.score(String(answer.score))}`}
          {answer.band &&
            ` · ${form.definition.bands.find(({ key }) => key === answer.band)?.label ?? answer.band}`}
        </span>
      </div>
      <dl className={styles.told}>
        {questions.map((question) => {
          const value = answer.values[question.key];
          return (
            value !== undefined && (
              <div key={question.key}>
                <dt>{question.title}</dt>
                <dd>{told(question, value, t.agreed, listed)}</dd>
              </div>
            )
          );
        })}
      </dl>
    </li>
  );
}

/** Answer by answer, the newest first; phones and e-mail stay masked. */
export function FormAnswers({ form }: { form: FormRow }) {
  const t = useTexts(formsTexts);
  const may = useMay();
  const list = useInfiniteQuery(formAnswersQuery(form.form_id));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <Panel
      title={t.answers}
      extra={
        may(rights.exportForms) &&
        form.answers > 0 && (
          <Button size="small" icon={<DownloadOutlined aria-hidden />} href={formFiles(form.form_id).answers}>
            {t.file}
          </Button>
        )
      }
    >
      {list.error && !rows ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : !rows ? (
        <SkeletonLines lines={6} />
      ) : rows.length === 0 ? (
        <EmptyState compact icon={<FormOutlined aria-hidden />} title={t.noAnswers} text={t.noAnswersText} />
      ) : (
        <ul className={styles.answers} aria-label={t.answers}>
          {rows.map((answer) => (
            <OneAnswer key={answer.answer_id} form={form} answer={answer} />
          ))}
        </ul>
      )}
      <LoadMore query={list} />
    </Panel>
  );
}
