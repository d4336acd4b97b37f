import { PlusOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Dropdown, Input } from "antd";
import { useMemo, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { definitionFault } from "@/api/definition-fault";
import { formPreviewQuery, publishForm, saveForm } from "@/api/forms";
import type { FormDefinition, FormRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DefinitionEditorActions } from "@/shared/ui/definition-editor-actions";
import { Page } from "@/shared/ui/page";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useDefinitionStore } from "@/shared/ui/use-definition-store";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import {
  below,
  dropQuestion,
  earlierOf,
  insert,
  keysOf,
  mapQuestion,
  moveQuestion,
  newPage,
  newQuestion,
  pageNumber,
  QUESTION_KINDS,
  toDefinition,
  toEdit,
  withoutQuestion,
  type EditForm,
} from "./form-draft";
import { FormPreview } from "./form-preview";
import { FormBasics, FormRules, FormScoring } from "./form-settings";
import { formsTexts } from "./forms-texts";
import { QuestionEditor } from "./question-editor";
import { useNewWords } from "./use-new-words";
import styles from "./forms.module.css";

const EDIT_PAUSE_MS = 350;

interface Fault {
  path: string;
  reason: string;
}

interface PagesProps {
  edit: EditForm;
  fault: Fault | null;
  change: (change: (form: EditForm) => EditForm) => void;
}

function Pages({ edit, fault, change }: PagesProps) {
  const t = useTexts(formsTexts);
  const words = useNewWords();
  const dragged = useRef<number | null>(null);
  const all = edit.pages.flatMap(({ questions }) => questions);
  return (
    <>
      {edit.pages.map((page, n) => (
        <section key={page.id} className={styles.page} aria-label={t.pageN(n + 1)}>
          {edit.pages.length > 1 && (
            <div className={styles.pageHead}>
              <h2 className={styles.pageName}>{t.pageN(n + 1)}</h2>
              <Input
                aria-label={t.pageTitle}
                placeholder={t.pageTitle}
                maxLength={200}
                value={page.title}
                onChange={(event) =>
                  change((form) => ({
                    ...form,
                    pages: form.pages.map((each) =>
                      each.id === page.id ? { ...each, title: event.target.value } : each,
                    ),
                  }))
                }
              />
              <Button
                size="small"
                type="text"
                danger
                disabled={page.questions.length > 0}
                onClick={() =>
                  change((form) => ({ ...form, pages: form.pages.filter(({ id }) => id !== page.id) }))
                }
              >
                {t.removePage}
              </Button>
            </div>
          )}
          <ol className={styles.questions}>
            {page.questions.map(({ id, question }, place) => {
              const path = fault && below(fault.path, `pages.${pageNumber(edit, n)}.questions.${place}`);
              const at = all.findIndex((each) => each.id === id);
              return (
                <QuestionEditor
                  key={id}
                  question={question}
                  number={at + 1}
                  earlier={earlierOf(edit, id)}
                  fault={fault && path !== null ? { path, reason: fault.reason } : null}
                  onChange={(next) => change((form) => mapQuestion(form, id, () => next))}
                  onRemove={() => change((form) => withoutQuestion(form, id))}
                  onUp={at > 0 ? () => change((form) => moveQuestion(form, id, -1)) : null}
                  onDown={
                    at < all.length - 1 || n < edit.pages.length - 1
                      ? () => change((form) => moveQuestion(form, id, 1))
                      : null
                  }
                  onDrag={() => (dragged.current = id)}
                  onDrop={() => {
                    const moved = dragged.current;
                    dragged.current = null;
                    if (moved !== null) change((form) => dropQuestion(form, moved, id));
                  }}
                />
              );
            })}
          </ol>
          <div className={styles.row}>
            <Dropdown
              trigger={["click"]}
              menu={{
                items: QUESTION_KINDS.map((kind) => ({ key: kind, label: t.kinds[kind] })),
                onClick: ({ key }) => {
                  const kind = QUESTION_KINDS.find((each) => each === key);
                  if (kind)
                    change((form) =>
                      insert(form, newQuestion(kind, words, keysOf(form)), n, page.questions.length),
                    );
                },
              }}
            >
              <Button icon={<PlusOutlined aria-hidden />}>{t.addQuestion}</Button>
            </Dropdown>
            {n === edit.pages.length - 1 && (
              <Button onClick={() => change((form) => ({ ...form, pages: [...form.pages, newPage()] }))}>
                {t.addPage}
              </Button>
            )}
          </div>
        </section>
      ))}
    </>
  );
}

interface FormEditorProps {
  form: FormRow | null;
  name: string;
  definition: FormDefinition;
}

/** A form in the hand, beside it the page that customers would see. */
export function FormEditor({ form, name, definition }: FormEditorProps) {
  const t = useTexts(formsTexts);
  const { language } = useLanguage();
  const may = useMay();
  const [edit, setEdit] = useState(() => toEdit(name, definition));
  const [stored] = useState(edit);
  const [refused, setRefused] = useState<{ of: EditForm; error: Error } | null>(null);
  const guard = useLeaveGuard(edit !== stored);
  const store = useDefinitionStore({
    row: form,
    idOf: (row: FormRow) => row.form_id,
    key: "form",
    list: "forms",
    path: "/forms",
    save: (id, edited: EditForm, revision) =>
      saveForm(id, { name: edited.name.trim(), definition: toDefinition(edited), revision }),
    publish: publishForm,
    onStored: guard.release,
    onRefused: (error) => setRefused({ of: edit, error }),
  });
  const document = useMemo(() => toDefinition(edit), [edit]);
  const rested = useDebounced(document, EDIT_PAUSE_MS);
  const preview = useQuery({ ...formPreviewQuery(rested, language), placeholderData: keepPreviousData });
  const error = refused?.of === edit ? refused.error : rested === document ? preview.error : null;
  const fault = error instanceof ApiError ? definitionFault(error, language) : null;
  const change = (next: (before: EditForm) => EditForm) => setEdit(next);
  const set = (rest: Partial<EditForm["rest"]>) =>
    change((before) => ({ ...before, rest: { ...before.rest, ...rest } }));
  const isReady = edit.name.trim() !== "" && document.pages.length > 0;
  const isElsewhere = fault !== null && below(fault.path, "pages") === null;
  return (
    <Page
      title={edit.name || t.newName}
      back={form ? { to: `/forms/${form.form_id}`, label: form.name } : { to: "/forms", label: t.title }}
      actions={
        <DefinitionEditorActions
          isReady={isReady}
          mayPublish={may(rights.publishForms)}
          isPending={store.isPending}
          onSubmit={(publish) => store.submit(edit, publish)}
        />
      }
    >
      {guard.question}
      <div className={styles.editor}>
        <div className={styles.stack}>
          <FormBasics
            name={edit.name}
            rest={edit.rest}
            fault={fault}
            onName={(next) => change((before) => ({ ...before, name: next }))}
            onChange={set}
          />
          <Pages edit={edit} fault={fault} change={change} />
          <FormRules rest={edit.rest} fault={fault} onChange={set} />
          <FormScoring rest={edit.rest} fault={fault} onChange={set} />
          {isElsewhere && (
            <p role="alert" className={styles.fault}>
              {fault.reason}
            </p>
          )}
        </div>
        <FormPreview html={preview.data?.html} isBroken={fault !== null} />
      </div>
    </Page>
  );
}
