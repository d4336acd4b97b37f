import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { codePreviewQuery, publishCode, saveCode } from "@/api/codes";
import { definitionFault } from "@/api/definition-fault";
import type { CodeDefinition, CodeRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DefinitionEditorActions } from "@/shared/ui/definition-editor-actions";
import { Page } from "@/shared/ui/page";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useDefinitionStore } from "@/shared/ui/use-definition-store";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { CodeGroups } from "./code-groups";
import { CodePreview } from "./code-preview";
import { CodeBasics, CodeFollows } from "./code-settings";
import { CodeStaffing } from "./code-staffing";
import { CodeStores } from "./code-stores";
import { CodeWelcomes } from "./code-welcomes";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

const EDIT_PAUSE_MS = 350;

interface Edit {
  name: string;
  definition: CodeDefinition;
}

interface CodeEditorProps {
  code: CodeRow | null;
  name: string;
  definition: CodeDefinition;
}

/** A code in the hand, beside it the page that visitors would see and what they are greeted with. */
export function CodeEditor({ code, name, definition }: CodeEditorProps) {
  const t = useTexts(codesTexts);
  const { language } = useLanguage();
  const may = useMay();
  const [edit, setEdit] = useState<Edit>(() => ({ name, definition }));
  const [stored] = useState(edit);
  const [refused, setRefused] = useState<{ of: Edit; error: Error } | null>(null);
  const guard = useLeaveGuard(edit !== stored);
  const store = useDefinitionStore({
    row: code,
    idOf: (row: CodeRow) => row.code_id,
    key: "code",
    list: "codes",
    path: "/codes",
    save: (id, edited: Edit, revision) =>
      saveCode(id, { name: edited.name.trim(), definition: edited.definition, revision }),
    publish: publishCode,
    onStored: guard.release,
    onRefused: (error) => setRefused({ of: edit, error }),
  });
  const rested = useDebounced(edit.definition, EDIT_PAUSE_MS);
  const preview = useQuery({ ...codePreviewQuery(rested, language), placeholderData: keepPreviousData });
  // A code that has just been begun lacks nothing yet.
  const isBegun = code !== null || edit !== stored;
  const found = isBegun && rested === edit.definition ? preview.error : null;
  const error = refused?.of === edit ? refused.error : found;
  const fault = error instanceof ApiError ? definitionFault(error, language) : null;
  const set = (changed: Partial<CodeDefinition>) =>
    setEdit((before) => ({ ...before, definition: { ...before.definition, ...changed } }));
  const parts = { code: edit.definition, fault, onChange: set };
  const { mode } = edit.definition;
  return (
    <Page
      title={edit.name || t.newName}
      back={code ? { to: `/codes/${code.code_id}`, label: code.name } : { to: "/codes", label: t.title }}
      actions={
        <DefinitionEditorActions
          isReady={edit.name.trim() !== ""}
          mayPublish={may(rights.publishCodes)}
          isPending={store.isPending}
          onSubmit={(publish) => store.submit(edit, publish)}
        />
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
          {mode === "groups" && <CodeGroups {...parts} />}
          {mode === "stores" && <CodeStores {...parts} />}
          {mode !== "groups" && mode !== "stores" && <CodeStaffing {...parts} />}
          {mode !== "stores" && <CodeFollows {...parts} />}
          {mode !== "groups" && mode !== "stores" && <CodeWelcomes {...parts} />}
          {fault && (
            <p role="alert" className={styles.fault}>
              {fault.reason}
            </p>
          )}
        </div>
        <CodePreview code={edit.definition} html={preview.data?.html ?? ""} isBroken={fault !== null} />
      </div>
    </Page>
  );
}
