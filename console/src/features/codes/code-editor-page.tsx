import { QrcodeOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import { codeQuery } from "@/api/codes";
import { wecomCorpsQuery } from "@/api/contacts";
import type { CodeDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { CodeEditor } from "./code-editor";
import { codesTexts } from "./codes-texts";

const starter = (title: string, corpId: string): CodeDefinition => ({
  title,
  corp_id: corpId,
  mode: "landing",
  choice: "rotation",
  intro: "",
  staff_ids: [],
  slots: [],
  backup_ids: [],
  member_daily_max: null,
  daily_max: null,
  channel: "",
  campaign: "",
  content: "",
  tags: [],
  welcomes: [],
  skips_verification: true,
  groups: [],
  makes_groups: false,
  store_ids: [],
  leads_to: "advisers",
});

function NewCode({ corpId }: { corpId: string }) {
  const t = useTexts(codesTexts);
  const [definition] = useState(() => starter(t.newTitle, corpId));
  return <CodeEditor code={null} name={t.newName} definition={definition} />;
}

/** Where a code is made and changed; `new` begins one. */
export function CodeEditorPage() {
  const t = useTexts(codesTexts);
  const { codeId } = useParams();
  const isNew = codeId === undefined;
  const corps = useQuery(wecomCorpsQuery());
  const { data: code, error, refetch } = useQuery({ ...codeQuery(Number(codeId)), enabled: !isNew });
  const failed = corps.data ? error : corps.error;
  if (failed && (isNew || !code))
    return (
      <ErrorState isPage error={failed} onRetry={() => void (corps.data ? refetch() : corps.refetch())} />
    );
  const corp = corps.data?.[0];
  if (isNew && corp) return <NewCode corpId={corp.corp_id} />;
  if (code)
    return (
      <CodeEditor
        key={code.code_id}
        code={code}
        name={code.name}
        definition={code.draft_definition ?? code.definition}
      />
    );
  return (
    <Page title={t.title} back={{ to: "/codes", label: t.title }}>
      <Panel>
        {isNew && corps.data ? (
          <EmptyState icon={<QrcodeOutlined aria-hidden />} title={t.noCorp} text={t.noCorpText} />
        ) : (
          <SkeletonLines lines={8} />
        )}
      </Panel>
    </Page>
  );
}
