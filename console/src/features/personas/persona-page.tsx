import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link, useNavigate, useParams } from "react-router";
import { archivePersona, personaQuery } from "@/api/personas";
import type { PersonaRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { PersonaAccounts } from "./persona-accounts";
import { PersonaChecklist } from "./persona-checklist";
import { personasTexts } from "./personas-texts";
import { usePersonaChange } from "./use-persona-change";
import styles from "./personas.module.css";

function Actions({ persona }: { persona: PersonaRow }) {
  const t = useTexts(personasTexts);
  const navigate = useNavigate();
  const act = usePersonaChange();
  const id = persona.persona_id;
  return (
    <>
      <Button
        loading={act.isPending}
        onClick={() =>
          act.mutate({
            change: () => archivePersona(id, !persona.is_archived),
            text: persona.is_archived ? t.restoreDone : t.archiveDone,
          })
        }
      >
        {persona.is_archived ? t.restore : t.archive}
      </Button>
      <Button
        type="primary"
        icon={<EditOutlined aria-hidden />}
        onClick={() => void navigate(`/personas/${String(id)}/edit`)}
      >
        {t.edit}
      </Button>
    </>
  );
}

/** One persona: how it speaks, its accounts and how they stand, what is dressed. */
export function PersonaPage() {
  const t = useTexts(personasTexts);
  const may = useMay();
  const personaId = Number(useParams().personaId);
  const { data: persona, error, refetch } = useQuery(personaQuery(personaId));
  if (error && !persona) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={persona?.name ?? t.title}
      back={{ to: "/personas", label: t.title }}
      lead={
        persona && (
          <div className={styles.row}>
            {persona.role && <span>{persona.role}</span>}
            {persona.stages.map((stage) => (
              <span key={stage} className={styles.word}>
                {stage}
              </span>
            ))}
            {persona.is_archived && <StatusTag tone="quiet">{t.archived}</StatusTag>}
          </div>
        )
      }
      actions={persona && may(rights.writePersonas) && <Actions persona={persona} />}
    >
      {persona ? (
        <div className={styles.stack}>
          <PersonaAccounts persona={persona} />
          <PersonaChecklist persona={persona} />
          <Panel title={t.facts}>
            <dl className={styles.facts}>
              <dt>{t.tone}</dt>
              <dd>{persona.tone || <span className={styles.quiet}>{t.nothing}</span>}</dd>
              <dt>{t.welcome}</dt>
              <dd>{persona.welcome || <span className={styles.quiet}>{t.nothing}</span>}</dd>
              {persona.code_id !== null && may(rights.readCodes) && (
                <>
                  <dt>{t.code}</dt>
                  <dd>
                    <Link to={`/codes/${String(persona.code_id)}`}>{t.openCode}</Link>
                  </dd>
                </>
              )}
            </dl>
          </Panel>
        </div>
      ) : (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      )}
    </Page>
  );
}
