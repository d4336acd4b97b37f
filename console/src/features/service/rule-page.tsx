import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import {
  deleteServiceRules,
  publishServiceRules,
  serviceAccountsQuery,
  serviceRuleQuery,
  switchServiceRules,
} from "@/api/service";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { rights } from "@/shared/session/rights";
import { DefinitionPage } from "@/shared/ui/definition-page";
import { Panel } from "@/shared/ui/panel";
import { RulePreview } from "./rule-preview";
import { RuleStatus } from "./rule-status";
import { RuleSummary } from "./rule-summary";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

/** Rules as they stand, and a phone to try them on. */
export function RulePage() {
  const t = useTexts(serviceTexts);
  const listed = useWordList();
  const rulesId = Number(useParams().rulesId);
  const accounts = useQuery(serviceAccountsQuery());
  return (
    <DefinitionPage
      query={useQuery(serviceRuleQuery(rulesId))}
      title={t.rules}
      verbs={{
        key: ["service-rule", rulesId],
        list: "service-rules",
        path: "/service/rules",
        id: rulesId,
        writing: rights.writeServiceRules,
        publishing: rights.publishServiceRules,
        publish: publishServiceRules,
        switchTo: switchServiceRules,
        remove: deleteServiceRules,
        isRemovable: (rules) => rules.accounts.length === 0,
        words: t,
      }}
      status={(rules) => <RuleStatus rules={rules} />}
      aside={(rules) => (
        <RulePreview definition={rules.draft_definition ?? rules.definition} isBroken={false} />
      )}
    >
      {(rules) => (
        <>
          <Panel title={t.usedBy}>
            {rules.accounts.length === 0 ? (
              <p className={styles.quiet}>{t.usedByNobody}</p>
            ) : (
              <p>
                {listed(
                  (accounts.data?.rows ?? [])
                    .filter((each) => rules.accounts.includes(each.account_id))
                    .map((each) => each.name || t.unnamedAccount),
                )}
              </p>
            )}
          </Panel>
          <RuleSummary rules={rules.draft_definition ?? rules.definition} />
        </>
      )}
    </DefinitionPage>
  );
}
