import { LinkOutlined, SaveOutlined } from "@ant-design/icons";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { Navigate, useNavigate, useParams, useSearchParams } from "react-router";
import { createQuestion, deleteQuestion, insightQuery, newestQuestionsQuery } from "@/api/insight";
import { questionSource } from "@/api/sources";
import type { Question, QuestionKind, SavedQuestion } from "@/api/types";
import { vocabularyQuery } from "@/api/vocabulary";
import { BookContext, type Book } from "@/shared/conditions/book";
import { useBookOf } from "@/shared/conditions/use-book-of";
import { FileButton } from "@/shared/files/file-button";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { copyText } from "@/shared/ui/copy-text";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { PickOne } from "@/shared/ui/picker";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { Tabs } from "@/shared/ui/tabs";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";
import { Answer } from "./answer";
import { Builder } from "./builder";
import { insightTexts } from "./insight-texts";
import { ChosenPeople } from "./chosen-people";
import { firstQuestion, isKind, isSame, KINDS, readQuestion, written, type Chosen } from "./question";
import styles from "./insight.module.css";

function SaveQuestion({ question }: { question: Question }) {
  const t = useTexts(insightTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [name, setName] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (called: string) => createQuestion(called, question),
    onSuccess: async () => {
      notices.done(t.savedDone);
      setName(null);
      await queryClient.invalidateQueries({ queryKey: ["questions"] });
    },
    onError: notices.failed,
  });
  if (name === null) {
    return (
      <Button icon={<SaveOutlined aria-hidden />} onClick={() => setName("")}>
        {t.save}
      </Button>
    );
  }
  return (
    <form
      className={styles.saveForm}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) save.mutate(name);
      }}
    >
      <Input
        aria-label={t.saveName}
        placeholder={t.saveName}
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="primary" htmlType="submit" disabled={!name.trim()} loading={save.isPending}>
        {t.save}
      </Button>
      <Button onClick={() => setName(null)}>{t.cancel}</Button>
    </form>
  );
}

function Saved({ question }: { question: Question }) {
  const t = useTexts(insightTexts);
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [picked, setPicked] = useState<SavedQuestion | null>(null);
  const { data } = useQuery(newestQuestionsQuery());
  const remove = useMutation({
    mutationFn: deleteQuestion,
    onSuccess: async () => {
      setPicked(null);
      notices.done(t.removed);
      await queryClient.invalidateQueries({ queryKey: ["questions"] });
    },
    onError: notices.failed,
  });
  const open = [...(picked ? [picked] : []), ...(data?.rows ?? [])].find((row) =>
    isSame(row.question, question),
  );
  return (
    <>
      <PickOne
        source={questionSource}
        label={t.saved}
        className={styles.savedSelect}
        placeholder={t.saved}
        value={open?.question_id ?? null}
        onChange={(_, row) => {
          if (!row) return;
          setPicked(row);
          void navigate(
            `/insight/${row.question.kind}?q=${encodeURIComponent(JSON.stringify(row.question))}`,
          );
        }}
      />
      {open && may(rights.writeQuestions) && (
        <Button type="text" danger loading={remove.isPending} onClick={() => remove.mutate(open.question_id)}>
          {t.remove}
        </Button>
      )}
    </>
  );
}

function Asked({ kind, book }: { kind: QuestionKind; book: Book }) {
  const t = useTexts(insightTexts);
  const time = useTimeFormat();
  const may = useMay();
  const notices = useNotices();
  const [search, setSearch] = useSearchParams();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const question = readQuestion(search.get("q"), kind) ?? firstQuestion(kind, book);
  const settled = useDebounced(written(question), 500);
  const asked = readQuestion(settled, kind) ?? question;
  const { data, error, isFetching, refetch } = useQuery({
    ...insightQuery(asked),
    placeholderData: keepPreviousData,
  });
  const answer = data?.[kind] ? data : undefined;
  const copy = () => {
    setSearch({ q: written(question) }, { replace: true });
    const link = `${window.location.origin}/insight/${kind}?q=${encodeURIComponent(written(question))}`;
    void copyText(link).then(() => notices.done(t.linkDone), notices.failed);
  };
  return (
    <>
      <Panel
        title={t.question}
        note={t.rules[kind]}
        extra={
          <div className={styles.actions}>
            <Saved question={question} />
            {may(rights.writeQuestions) && <SaveQuestion question={question} />}
          </div>
        }
      >
        <Builder
          question={question}
          onChange={(next) => setSearch({ q: written(next) }, { replace: true })}
        />
        <div className={styles.foot}>
          <span className={styles.quiet} role="status">
            {answer ? t.asOf(time.full(answer.as_of)) : ""}
          </span>
          <Button size="small" icon={<LinkOutlined aria-hidden />} onClick={copy}>
            {t.link}
          </Button>
          <FileButton wish={{ of: "question", question: asked }} disabled={!answer} />
        </div>
      </Panel>
      {error && !isFetching ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : answer ? (
        <div
          className={isFetching ? `${styles.answer} ${styles.stale}` : styles.answer}
          aria-busy={isFetching}
        >
          <Answer question={asked} answer={answer} onChoose={setChosen} />
        </div>
      ) : (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      )}
      <ChosenPeople question={asked} chosen={chosen} onClose={() => setChosen(null)} />
    </>
  );
}

/** Questions to the log: built above, answered below, every number open to its people. The address holds the question. */
export function InsightPage() {
  const t = useTexts(insightTexts);
  const { kind: told } = useParams();
  const kind = isKind(told) ? told : "funnel";
  const vocabulary = useQuery(vocabularyQuery());
  const book = useBookOf(vocabulary.data);
  if (!isKind(told)) return <Navigate replace to={`/insight/${kind}`} />;
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs label={t.title} tabs={KINDS.map((each) => ({ to: `/insight/${each}`, label: t.kinds[each] }))} />
      {vocabulary.error && !book ? (
        <ErrorState error={vocabulary.error} onRetry={() => void vocabulary.refetch()} />
      ) : book ? (
        <BookContext value={book}>
          <div className={styles.stack}>
            <Asked key={kind} kind={kind} book={book} />
          </div>
        </BookContext>
      ) : (
        <Panel>
          <SkeletonLines lines={6} />
        </Panel>
      )}
    </Page>
  );
}
