import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import { formQuery } from "@/api/forms";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { starter } from "./form-draft";
import { FormEditor } from "./form-editor";
import { formsTexts } from "./forms-texts";
import { useNewWords } from "./use-new-words";

function NewForm() {
  const t = useTexts(formsTexts);
  const words = useNewWords();
  const [definition] = useState(() => starter(t.newName, words));
  return <FormEditor form={null} name={t.newName} definition={definition} />;
}

/** Where a form is made and changed; `new` begins one. */
export function FormEditorPage() {
  const t = useTexts(formsTexts);
  const { formId } = useParams();
  const isNew = formId === undefined;
  const { data: form, error, refetch } = useQuery({ ...formQuery(Number(formId)), enabled: !isNew });
  if (isNew) return <NewForm />;
  if (error && !form) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (!form)
    return (
      <Page title={t.title} back={{ to: "/forms", label: t.title }}>
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      </Page>
    );
  return (
    <FormEditor
      key={form.form_id}
      form={form}
      name={form.name}
      definition={form.draft_definition ?? form.definition}
    />
  );
}
