import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "@/api/client";
import { codePreviewQuery, publishCode, saveCode } from "@/api/codes";
import { definitionFault } from "@/api/definition-fault";
import type { CodeDefinition, CodeRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import { CodeBasics, CodeFollows } from "./code-settings";
import { CodeStaffing } from "./code-staffing";
import { CodeWelcomes } from "./code-welcomes";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

const EDIT_PAUSE_MS = 350;

interface Edit {
  name: string;
  definition: CodeDefinition;
}

function useStore(code: CodeRow | null, onStored: () => void, onRefused: (error: Error) => void) {
  const t = useTexts(codesTexts);
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  // Created, but this page still shows a new one: pressing again must not create another.
  const created = useRef<CodeRow | null>(null);
  return useMutation({
    mutationFn: async ({ edit, publish }: { edit: Edit; publish: boolean }) => {
      const known = created.current ?? code;
      const saved = await saveCode(known?.code_id ?? null, {
        name: edit.name.trim(),
        definition: edit.definition,
        revision: known?.revision ?? null,
      });
      created.current = saved;
      return publish ? publishCode(saved.code_id) : saved;
    },
    onSuccess: async (answer, { publish }) => {
      onStored();
      queryClient.setQueryData(["code", answer.code_id], answer);
      notices.done(publish ? t.published : t.saved);
      await queryClient.invalidateQueries({ queryKey: ["codes"] });
      await navigate(`/codes/${answer.code_id}`, { replace: code === null });
    },
    onError: (error) => {
      onRefused(error);
      notices.failed(error);
    },
  });
}

interface CodeEditorProps {
  code: CodeRow | null;
  name: string;
  definition: CodeDefinition;
}

/** A code in the hand, beside it the page that visitors would see. */
export function CodeEditor({ code, name, definition }: CodeEditorProps) {
  const t = useTexts(codesTexts);
  const { language } = useLanguage();
  const may = useMay();
  const [edit, setEdit] = useState<Edit>(() => ({ name, definition }));
  const [stored] = useState(edit);
  const [refused, setRefused] = useState<{ of: Edit; error: Error } | null>(null);
  const guard = useLeaveGuard(edit !== stored);
  const store = useStore(code, guard.release, (error) => setRefused({ of: edit, error }));
  const rested = useDebounced(edit.definition, EDIT_PAUSE_MS);
  const preview = useQuery({ ...codePreviewQuery(rested, language), placeholderData: keepPreviousData });
  const error = refused?.of === edit ? refused.error : rested === edit.definition ? preview.error : null;
  const fault = error instanceof ApiError ? definitionFault(error, language) : null;
  const set = (changed: Partial<CodeDefinition>) =>
    setEdit((before) => ({ ...before, definition: { ...before.definition, ...changed } }));
  const isReady = edit.name.trim() !== "";
  const submit = (publish: boolean) => store.mutate({ edit, publish });
  const pending = (publish: boolean) => store.isPending && store.variables.publish === publish;
  const parts = { code: edit.definition, fault, onChange: set };
  return (
    <Page
      title={edit.name || t.newName}
      back={code ? { to: `/codes/${code.code_id}`, label: code.name } : { to: "/codes", label: t.title }}
      actions={
        <>
          <Button disabled={!isReady} loading={pending(false)} onClick={() => submit(false)}>
            {t.save}
          </Button>
          {may(rights.publishCodes) && (
            <Button type="primary" disabled={!isReady} loading={pending(true)} onClick={() => submit(true)}>
              {t.publish}
            </Button>
          )}
        </>
      }
    >
      {guard.question}
      <div className={styles.editor}>
        <div className={styles.stack}>
          <CodeBasics
            {...parts}
            name={edit.name}
            onName={(next) => setEdit((before) => ({ ...before, name: next }))}
          />
          <CodeStaffing {...parts} />
          <CodeFollows {...parts} />
          <CodeWelcomes {...parts} />
          {fault && (
            <p role="alert" className={styles.fault}>
              {fault.reason}
            </p>
          )}
        </div>
        <Panel title={t.preview} note={fault ? t.previewBroken : t.previewNote} className={styles.sticky}>
          <div className={fault ? `${styles.phone} ${styles.stale}` : styles.phone}>
            <iframe title={t.preview} srcDoc={preview.data?.html ?? ""} sandbox="" />
          </div>
        </Panel>
      </div>
    </Page>
  );
}
