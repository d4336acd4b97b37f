import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { definitionFault } from "@/api/definition-fault";
import { publishServiceRules, saveServiceRules, serviceTrialQuery } from "@/api/service";
import type { ServiceRuleDefinition, ServiceRuleRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DefinitionEditorActions } from "@/shared/ui/definition-editor-actions";
import { Page } from "@/shared/ui/page";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useDefinitionStore } from "@/shared/ui/use-definition-store";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { RuleBasics } from "./rule-basics";
import { RuleFaqs, RuleReplies } from "./rule-answers";
import { RuleHandOver, RuleHours } from "./rule-hand-over";
import { RulePreview } from "./rule-preview";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

const EDIT_PAUSE_MS = 350;

interface Edit {
  name: string;
  definition: ServiceRuleDefinition;
}

interface RuleEditorProps {
  rules: ServiceRuleRow | null;
  name: string;
  definition: ServiceRuleDefinition;
}

/** Rules in the hand, beside them a phone on which they answer. */
export function RuleEditor({ rules, name, definition }: RuleEditorProps) {
  const t = useTexts(serviceTexts);
  const { language } = useLanguage();
  const may = useMay();
  const [edit, setEdit] = useState<Edit>(() => ({ name, definition }));
  const [stored] = useState(edit);
  const [refused, setRefused] = useState<{ of: Edit; error: Error } | null>(null);
  const guard = useLeaveGuard(edit !== stored);
  const store = useDefinitionStore({
    row: rules,
    idOf: (row: ServiceRuleRow) => row.rules_id,
    key: "service-rule",
    list: "service-rules",
    path: "/service/rules",
    save: (id, edited: Edit, revision) =>
      saveServiceRules(id, { name: edited.name.trim(), definition: edited.definition, revision }),
    publish: publishServiceRules,
    onStored: guard.release,
    onRefused: (error) => setRefused({ of: edit, error }),
  });
  const rested = useDebounced(edit.definition, EDIT_PAUSE_MS);
  const check = useQuery(
    serviceTrialQuery({ definition: rested, text: "", unmatched: 0, is_first: false, at: null }),
  );
  const error = refused?.of === edit ? refused.error : rested === edit.definition ? check.error : null;
  const fault = error instanceof ApiError ? definitionFault(error, language) : null;
  const onChange = (changed: Partial<ServiceRuleDefinition>) =>
    setEdit((before) => ({ ...before, definition: { ...before.definition, ...changed } }));
  const parts = { rules: edit.definition, fault, onChange };
  return (
    <Page
      title={edit.name || t.newName}
      back={
        rules
          ? { to: `/service/rules/${String(rules.rules_id)}`, label: rules.name }
          : { to: "/service/rules", label: t.rules }
      }
      actions={
        <DefinitionEditorActions
          isReady={edit.name.trim() !== ""}
          mayPublish={may(rights.publishServiceRules)}
          isPending={store.isPending}
          onSubmit={(publish) => store.submit(edit, publish)}
        />
      }
    >
      {guard.question}
      <div className={styles.editor}>
        <div className={styles.stack}>
          <RuleBasics
            {...parts}
            name={edit.name}
            onName={(next) => setEdit((before) => ({ ...before, name: next }))}
          />
          <RuleFaqs {...parts} />
          <RuleReplies {...parts} />
          <RuleHandOver {...parts} />
          <RuleHours {...parts} />
          {fault && (
            <p role="alert" className={styles.fault}>
              {fault.reason}
            </p>
          )}
        </div>
        <RulePreview definition={edit.definition} isBroken={fault !== null} />
      </div>
    </Page>
  );
}
