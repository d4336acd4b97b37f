import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { personaQuery } from "@/api/personas";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { PersonaEditor } from "./persona-editor";
import { personasTexts } from "./personas-texts";

/** Where a persona is made and changed; `new` begins one. */
export function PersonaEditorPage() {
  const t = useTexts(personasTexts);
  const { personaId } = useParams();
  const isNew = personaId === undefined;
  const { data, error, refetch } = useQuery({ ...personaQuery(Number(personaId)), enabled: !isNew });
  if (isNew) return <PersonaEditor persona={null} />;
  if (data) return <PersonaEditor key={data.persona_id} persona={data} />;
  if (error) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page title={t.title} back={{ to: "/personas", label: t.title }}>
      <Panel>
        <SkeletonLines lines={8} />
      </Panel>
    </Page>
  );
}
