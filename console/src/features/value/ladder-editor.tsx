import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, InputNumber } from "antd";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { definitionFault, type DefinitionFault } from "@/api/definition-fault";
import type { LadderDefinition, LadderRow } from "@/api/types";
import { saveLadder } from "@/api/value";
import { vocabularyQuery } from "@/api/vocabulary";
import type { Book } from "@/shared/conditions/book";
import { Builder } from "@/shared/conditions/builder";
import { locate, toCondition, toTree, type Group } from "@/shared/conditions/edit-tree";
import { isComplete } from "@/shared/conditions/filled";
import { useBookOf } from "@/shared/conditions/use-book-of";
import { useHistory } from "@/shared/conditions/use-history";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import { TypedWords } from "@/shared/ui/typed-words";
import { editedRevision } from "./edited-revision";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

type Stage = LadderDefinition["stages"][number];

type NumberName = "messages_per_day_max" | "messages_per_week_max" | "messages_per_month_max" | "size_max";

/** A stage in the hand; its condition as a tree, null where it takes the rest. */
interface Draft {
  id: number;
  stage: Omit<Stage, "condition">;
  root: Group | null;
}

const NOTHING = { kind: "all", of: [] } as const;

const draftsOf = (definition: LadderDefinition): Draft[] =>
  definition.stages.map(({ condition, ...stage }, id) => ({
    id,
    stage,
    root: condition ? toTree(condition) : null,
  }));

const definitionOf = (drafts: readonly Draft[]): LadderDefinition => ({
  stages: drafts.map(({ stage, root }) => ({ ...stage, condition: root && toCondition(root) })),
});

interface StageFormProps {
  draft: Draft;
  place: number;
  count: number;
  book: Book;
  fault: DefinitionFault | null;
  history: { back: (() => void) | null; forth: (() => void) | null };
  onChange: (change: (draft: Draft) => Draft, of: string | null) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function StageForm(props: StageFormProps) {
  const { draft, place, count, book, fault, history, onChange, onMove, onRemove } = props;
  const t = useTexts(valueTexts);
  const { stage, root } = draft;
  const set = (changed: Partial<Draft["stage"]>, of: string) =>
    onChange((before) => ({ ...before, stage: { ...before.stage, ...changed } }), `${of}:${draft.id}`);
  const text = (label: string, value: string, of: "key" | "zh" | "en" | "goal", length: number) => (
    <label className={styles.field}>
      {label}
      <Input maxLength={length} value={value} onChange={(event) => set({ [of]: event.target.value }, of)} />
    </label>
  );
  const number = (label: string, of: NumberName, min: number, max: number) => (
    <label className={styles.field}>
      {label}
      <InputNumber
        min={min}
        max={max}
        precision={0}
        value={stage[of] ?? null}
        onChange={(value) => set({ [of]: value }, of)}
      />
    </label>
  );
  const words = (label: string, of: "channels" | "personas") => (
    <label className={styles.field}>
      {label}
      <TypedWords aria-label={label} value={stage[of]} onChange={(value) => set({ [of]: value }, of)} />
    </label>
  );
  const inner = "condition.";
  const inside = fault?.path.startsWith(inner) ? fault.path.slice(inner.length) : null;
  return (
    <fieldset className={styles.stage}>
      <legend className="visually-hidden">{stage.zh}</legend>
      <div className={styles.fields}>
        {text(t.stageZh, stage.zh, "zh", 60)}
        {text(t.stageEn, stage.en, "en", 60)}
        {text(t.stageKey, stage.key, "key", 40)}
        {text(t.goal, stage.goal, "goal", 500)}
        {number(t.perDay, "messages_per_day_max", 0, 1000)}
        {number(t.perWeek, "messages_per_week_max", 0, 1000)}
        {number(t.perMonth, "messages_per_month_max", 0, 1000)}
        {number(t.sizeMax, "size_max", 1, 1_000_000_000)}
        {words(t.channels, "channels")}
        {words(t.personas, "personas")}
        <Checkbox
          checked={stage.is_branch}
          onChange={(event) => set({ is_branch: event.target.checked }, "branch")}
        >
          {t.isBranch}
        </Checkbox>
      </div>
      {fault && <p className={styles.fault}>{fault.reason}</p>}
      {root ? (
        <Builder
          root={root}
          book={book}
          disabled={false}
          fault={inside === null || !fault ? null : locate(root, inside, fault.reason)}
          onChange={(change, of) =>
            onChange(
              (before) => ({ ...before, root: before.root && change(before.root) }),
              of && `${draft.id}:${of}`,
            )
          }
          back={history.back}
          forth={history.forth}
        />
      ) : (
        <p className={styles.quiet}>{t.rest}</p>
      )}
      <div className={styles.actions}>
        <Button size="small" disabled={place === 0} onClick={() => onMove(-1)}>
          {t.up}
        </Button>
        <Button size="small" disabled={place === count - 1} onClick={() => onMove(1)}>
          {t.down}
        </Button>
        <Button size="small" danger type="text" disabled={count <= 2} onClick={onRemove}>
          {t.removeStage}
        </Button>
      </div>
    </fieldset>
  );
}

interface LadderEditorProps {
  /** As it was when it was opened: what a colleague saves meanwhile does not take the edit away. */
  ladder: LadderRow;
  present: LadderRow;
  onClose: () => void;
}

/** The rules of a ladder. What is changed here is a draft until it is published. */
export function LadderEditor({ ladder, present, onClose }: LadderEditorProps) {
  const t = useTexts(valueTexts);
  const { language } = useLanguage();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const book = useBookOf(useQuery(vocabularyQuery()).data);
  const [name, setName] = useState(ladder.name);
  const [stored] = useState(() => draftsOf(ladder.draft_definition ?? ladder.definition));
  const { present: drafts, change, back, forth } = useHistory(() => stored);
  const [fault, setFault] = useState<{ of: readonly Draft[]; fault: DefinitionFault } | null>(null);
  const isChanged = drafts !== stored || name.trim() !== ladder.name;
  const guard = useLeaveGuard(isChanged);
  const save = useMutation({
    mutationFn: () =>
      saveLadder(ladder.ladder_id, {
        name: name.trim(),
        definition: definitionOf(drafts),
        revision: editedRevision(ladder, present),
      }),
    onSuccess: async () => {
      guard.release();
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["ladder-choices"] });
      onClose();
    },
    onError: (error) => {
      const found = error instanceof ApiError ? definitionFault(error, language) : null;
      if (found) setFault({ of: drafts, fault: found });
      notices.failed(error);
    },
  });
  const faultAt = (place: number): DefinitionFault | null => {
    const start = `stages.${place}.`;
    if (fault?.of !== drafts || !fault.fault.path.startsWith(start)) return null;
    return { ...fault.fault, path: fault.fault.path.slice(start.length) };
  };
  const move = (place: number, by: -1 | 1) =>
    change((before) => {
      const after = before.filter((_, at) => at !== place);
      const moved = before[place];
      return moved ? after.toSpliced(place + by, 0, moved) : before;
    });
  const add = () =>
    change((before) => {
      const id = 1 + Math.max(...before.map((draft) => draft.id));
      const stage = { key: `stage_${id}`, zh: "新的一级", en: "New stage", is_branch: false, goal: "" };
      const more = { channels: [], personas: [], messages_per_week_max: null };
      return [...before, { id, stage: { ...stage, ...more }, root: toTree({ ...NOTHING, of: [] }) }];
    });
  const isReady = name.trim() !== "" && drafts.every(({ root }) => root === null || isComplete(root));
  if (!book) return <SkeletonLines lines={6} />;
  return (
    <Panel
      title={t.edit}
      extra={
        <div className={styles.actions}>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button
            type="primary"
            disabled={!isChanged || !isReady}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            {t.save}
          </Button>
        </div>
      }
    >
      {guard.question}
      <label className={styles.field}>
        {t.name}
        <Input maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      {drafts.map((draft, place) => (
        <StageForm
          key={draft.id}
          draft={draft}
          place={place}
          count={drafts.length}
          book={book}
          fault={faultAt(place)}
          history={{ back, forth }}
          onChange={(edit, of) =>
            change((before) => before.map((each) => (each.id === draft.id ? edit(each) : each)), of)
          }
          onMove={(by) => move(place, by)}
          onRemove={() => change((before) => before.filter((each) => each.id !== draft.id))}
        />
      ))}
      <Button onClick={add}>{t.addStage}</Button>
    </Panel>
  );
}
