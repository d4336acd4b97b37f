import { EditOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { deleteForm, formQuery, publishForm, switchForm } from "@/api/forms";
import type { FormRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { FormAnswers } from "./form-answers";
import { FormResults } from "./form-results";
import { FormShare } from "./form-share";
import { FormStatus } from "./form-status";
import { formsTexts } from "./forms-texts";
import styles from "./forms.module.css";

function Actions({ form }: { form: FormRow }) {
  const t = useTexts(formsTexts);
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: ({ change }: { change: (id: number) => Promise<FormRow>; text: string }) =>
      change(form.form_id),
    onSuccess: async (answer, { text }) => {
      queryClient.setQueryData(["form", answer.form_id], answer);
      notices.done(text);
      await queryClient.invalidateQueries({ queryKey: ["forms"] });
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteForm(form.form_id),
    onSuccess: async () => {
      notices.done(t.removed);
      await queryClient.invalidateQueries({ queryKey: ["forms"] });
      await navigate("/forms");
    },
    onError: notices.failed,
  });
  const ask = () =>
    modal.confirm({
      title: t.removeSure(form.name),
      content: t.removeText,
      okText: t.remove,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => remove.mutateAsync().catch(() => undefined),
    });
  const run = (change: (id: number) => Promise<FormRow>, text: string) => act.mutate({ change, text });
  const publishes = may(rights.publishForms);
  return (
    <>
      {may(rights.writeForms) && form.answers === 0 && (publishes || form.status === "draft") && (
        <Button danger type="text" onClick={ask}>
          {t.remove}
        </Button>
      )}
      {publishes && form.status === "live" && (
        <Button loading={act.isPending} onClick={() => run((id) => switchForm(id, false), t.stopped)}>
          {t.stop}
        </Button>
      )}
      {publishes && form.status === "stopped" && (
        <Button loading={act.isPending} onClick={() => run((id) => switchForm(id, true), t.resumed)}>
          {t.resume}
        </Button>
      )}
      {may(rights.writeForms) && (
        <Button icon={<EditOutlined />} onClick={() => void navigate(`/forms/${form.form_id}/edit`)}>
          {t.edit}
        </Button>
      )}
      {publishes && form.draft_definition && (
        <Button type="primary" loading={act.isPending} onClick={() => run(publishForm, t.published)}>
          {form.status === "draft" ? t.publish : t.publishChanges}
        </Button>
      )}
    </>
  );
}

/** One form: where people answer it, and what they answered. */
export function FormPage() {
  const t = useTexts(formsTexts);
  const may = useMay();
  const formId = Number(useParams().formId);
  const [search, setSearch] = useSearchParams();
  const { data: form, error, refetch } = useQuery(formQuery(formId));
  const shown = search.get("show") === "answers" && may(rights.readCustomers) ? "answers" : "results";
  if (error && !form) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={form?.name ?? t.title}
      back={{ to: "/forms", label: t.title }}
      lead={
        form && (
          <div className={styles.lead}>
            <FormStatus form={form} />
            {form.version !== null && <span>{t.version(form.version)}</span>}
            {form.version !== null && form.draft_definition && <span>{t.waits}</span>}
            <When at={form.updated_at} />
          </div>
        )
      }
      actions={form && <Actions form={form} />}
    >
      {form ? (
        <div className={styles.columns}>
          <div className={styles.stack}>
            {may(rights.readCustomers) && (
              <div role="group" aria-label={t.tabsLabel} className={styles.row}>
                {(["results", "answers"] as const).map((which) => (
                  <Button
                    key={which}
                    type={shown === which ? "primary" : "default"}
                    aria-pressed={shown === which}
                    onClick={() => setSearch(which === "answers" ? { show: which } : {}, { replace: true })}
                  >
                    {t[which]}
                  </Button>
                ))}
              </div>
            )}
            {shown === "answers" ? <FormAnswers form={form} /> : <FormResults form={form} />}
          </div>
          <FormShare form={form} />
        </div>
      ) : (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      )}
    </Page>
  );
}
