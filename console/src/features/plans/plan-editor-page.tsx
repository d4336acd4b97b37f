import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { planQuery, planTemplatesQuery } from "@/api/plans";
import type { PlanDefinition } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { isDay, moved, today } from "./days";
import { PlanEditor } from "./plan-editor";
import { DayField } from "./plan-parts";
import { plansTexts } from "./plans-texts";
import styles from "./plans.module.css";

const GETTING_READY_DAYS = 7;
const BLANK_DAYS = 7;

const blank = (begins: string): PlanDefinition => ({
  theme: "",
  campaign: `plan_${begins.replaceAll("-", "")}`,
  begins_on: begins,
  ends_on: moved(begins, BLANK_DAYS - 1),
  goal: "",
  unit_id: null,
  segment_ids: [],
  phases: [],
  roles: [],
  tasks: [],
  budget: [],
  targets: [],
  linked_ids: [],
});

/** A new plan: from which template, and from which day on. */
function NewPlan() {
  const t = useTexts(plansTexts);
  const { language } = useLanguage();
  const [begins, setBegins] = useState(() => moved(today(), GETTING_READY_DAYS));
  const [chosen, setChosen] = useState<{ name: string; definition: PlanDefinition } | null>(null);
  const templates = useQuery({ ...planTemplatesQuery(begins, language), enabled: isDay(begins) });
  if (chosen) return <PlanEditor plan={null} name={chosen.name} definition={chosen.definition} />;
  const rows = templates.data?.rows ?? [];
  return (
    <Page title={t.create} back={{ to: "/plans", label: t.title }}>
      <Panel title={t.choose}>
        {templates.error && !templates.data ? (
          <ErrorState error={templates.error} onRetry={() => void templates.refetch()} />
        ) : (
          <>
            <div className={styles.firstDay}>
              <DayField label={t.firstDay} value={begins} onChange={setBegins} />
            </div>
            <ul className={styles.templates}>
              {[
                ...rows.map((each) => ({ ...each, title: each.name })),
                {
                  key: "blank",
                  title: t.blank,
                  name: t.newName,
                  about: t.blankText,
                  definition: blank(begins),
                },
              ].map((each) => (
                <li key={each.key} className={styles.template}>
                  <div>
                    <strong>{each.title}</strong>
                    <p className={styles.quiet}>{each.about}</p>
                  </div>
                  <div>
                    <Button
                      aria-label={`${t.useTemplate} ${each.title}`}
                      disabled={templates.isPlaceholderData}
                      onClick={() => setChosen({ name: each.name, definition: each.definition })}
                    >
                      {t.useTemplate}
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
      </Panel>
    </Page>
  );
}

/** Where a plan is written and changed; `new` begins one. */
export function PlanEditorPage() {
  const t = useTexts(plansTexts);
  const { planId } = useParams();
  const isNew = planId === undefined;
  const { data: plan, error, refetch } = useQuery({ ...planQuery(Number(planId)), enabled: !isNew });
  if (isNew) return <NewPlan />;
  if (error && !plan) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (!plan)
    return (
      <Page title={t.title} back={{ to: "/plans", label: t.title }}>
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      </Page>
    );
  return (
    <PlanEditor
      key={plan.plan_id}
      plan={plan}
      name={plan.name}
      definition={plan.draft_definition ?? plan.definition}
    />
  );
}
