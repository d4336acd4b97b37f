import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { serviceRuleQuery } from "@/api/service";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { RuleEditor } from "./rule-editor";
import { emptyRules } from "./rule-parts";
import { serviceTexts } from "./service-texts";

/** Where rules are made and changed; `new` begins some. */
export function RuleEditorPage() {
  const t = useTexts(serviceTexts);
  const { rulesId } = useParams();
  const isNew = rulesId === undefined;
  const { data, error, refetch } = useQuery({ ...serviceRuleQuery(Number(rulesId)), enabled: !isNew });
  if (isNew) return <RuleEditor rules={null} name={t.newName} definition={emptyRules} />;
  if (data)
    return (
      <RuleEditor
        key={data.rules_id}
        rules={data}
        name={data.name}
        definition={data.draft_definition ?? data.definition}
      />
    );
  if (error) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page title={t.rules} back={{ to: "/service/rules", label: t.rules }}>
      <Panel>
        <SkeletonLines lines={8} />
      </Panel>
    </Page>
  );
}
