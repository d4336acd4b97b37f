import { PlusOutlined, SmileOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { personaListQuery } from "@/api/personas";
import type { PersonaRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { personasTexts } from "./personas-texts";
import styles from "./personas.module.css";

function Card({ persona }: { persona: PersonaRow }) {
  const t = useTexts(personasTexts);
  const held = persona.accounts.filter((each) => each.throttled.length > 0).length;
  const items = persona.dressing.length * persona.accounts.length;
  const done = persona.accounts.reduce(
    (all, each) => all + each.dressed.filter((one) => persona.dressing.includes(one.item)).length,
    0,
  );
  return (
    <li className={styles.card}>
      <div className={styles.row}>
        <Link to={`/personas/${String(persona.persona_id)}`} className={styles.cardName}>
          {persona.name}
        </Link>
        {persona.role && <span className={styles.quiet}>{persona.role}</span>}
        {persona.is_archived && <StatusTag tone="quiet">{t.archived}</StatusTag>}
        {persona.is_throttled && !persona.is_archived && <StatusTag tone="amber">{t.throttled}</StatusTag>}
      </div>
      {persona.stages.length > 0 && (
        <div className={styles.words}>
          {persona.stages.map((stage) => (
            <span key={stage} className={styles.word}>
              {stage}
            </span>
          ))}
        </div>
      )}
      <p className={styles.quiet}>
        {[
          t.accountsOf(persona.accounts.length),
          ...(held ? [t.throttledOf(held)] : []),
          ...(items ? [t.dressedOf(done, items)] : []),
        ].join(" · ")}
      </p>
    </li>
  );
}

/** All characters in which the company speaks. */
export function PersonaListPage() {
  const t = useTexts(personasTexts);
  const may = useMay();
  const navigate = useNavigate();
  const [withArchived, setWithArchived] = useState(false);
  const { data, error, refetch } = useQuery(personaListQuery(withArchived));
  const create = may(rights.writePersonas) && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => void navigate("/personas/new")}>
      {t.create}
    </Button>
  );
  const isEmpty = data?.rows.length === 0 && !withArchived;
  return (
    <Page title={t.title} lead={t.lead} actions={!isEmpty && create}>
      {error && !data ? (
        <Panel>
          <ErrorState error={error} onRetry={() => void refetch()} />
        </Panel>
      ) : !data ? (
        <Panel>
          <SkeletonLines lines={6} />
        </Panel>
      ) : isEmpty ? (
        <Panel>
          <EmptyState
            icon={<SmileOutlined aria-hidden />}
            title={t.empty}
            text={t.emptyText}
            action={create}
          />
        </Panel>
      ) : (
        <>
          <div className={styles.bar}>
            <Checkbox checked={withArchived} onChange={(event) => setWithArchived(event.target.checked)}>
              {t.showArchived}
            </Checkbox>
          </div>
          <ul className={styles.cards} aria-label={t.title}>
            {data.rows.map((persona) => (
              <Card key={persona.persona_id} persona={persona} />
            ))}
          </ul>
        </>
      )}
    </Page>
  );
}
