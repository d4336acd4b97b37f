import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useParams, useSearchParams } from "react-router";
import { deleteForm, formQuery, publishForm, switchForm } from "@/api/forms";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DefinitionPage } from "@/shared/ui/definition-page";
import { FormAnswers } from "./form-answers";
import { FormResults } from "./form-results";
import { FormShare } from "./form-share";
import { FormStatus } from "./form-status";
import { formsTexts } from "./forms-texts";

/** One form: where people answer it, and what they answered. */
export function FormPage() {
  const t = useTexts(formsTexts);
  const may = useMay();
  const formId = Number(useParams().formId);
  const [search, setSearch] = useSearchParams();
  const query = useQuery(formQuery(formId));
  const shown = search.get("show") === "answers" && may(rights.readCustomers) ? "answers" : "results";
  return (
    <DefinitionPage
      query={query}
      title={t.title}
      verbs={{
        key: ["form", formId],
        list: "forms",
        path: "/forms",
        id: formId,
        writing: rights.writeForms,
        publishing: rights.publishForms,
        publish: publishForm,
        switchTo: switchForm,
        remove: deleteForm,
        isRemovable: (form) => form.answers === 0,
        words: t,
      }}
      status={(form) => <FormStatus form={form} />}
      aside={(form) => <FormShare form={form} />}
    >
      {(form) => (
        <>
          {may(rights.readCustomers) && (
            <Segmented
              style={{ justifySelf: "start" }}
              aria-label={t.tabsLabel}
              value={shown}
              options={(["results", "answers"] as const).map((which) => ({ value: which, label: t[which] }))}
              onChange={(which) => setSearch(which === "answers" ? { show: which } : {}, { replace: true })}
            />
          )}
          {shown === "answers" ? <FormAnswers form={form} /> : <FormResults form={form} />}
        </>
      )}
    </DefinitionPage>
  );
}
