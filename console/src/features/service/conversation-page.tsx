import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { conversationQuery } from "@/api/service";
import type { ServiceConversation } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { When } from "@/shared/ui/when";
import { ConversationActions } from "./conversation-actions";
import { ConversationState } from "./conversation-state";
import { ConversationTexts } from "./conversation-texts";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

function Facts({ row }: { row: ServiceConversation }) {
  const t = useTexts(serviceTexts);
  const may = useMay();
  const name = row.customer_name || t.unnamed;
  return (
    <Panel title={t.facts}>
      <dl className={styles.facts}>
        <dt>{t.fact.customer}</dt>
        <dd>
          {may(rights.readCustomers) ? (
            <Link to={`/customers/${String(row.customer_id)}`}>{name}</Link>
          ) : (
            name
          )}
        </dd>
        <dt>{t.fact.account}</dt>
        <dd>{row.account_name || t.unnamedAccount}</dd>
        <dt>{t.fact.state}</dt>
        <dd>
          <ConversationState state={row.state} />
        </dd>
        {row.staff_name && (
          <>
            <dt>{t.fact.servicer}</dt>
            <dd>{row.staff_name}</dd>
          </>
        )}
        {row.scene && (
          <>
            <dt>{t.fact.scene}</dt>
            <dd>{row.scene}</dd>
          </>
        )}
        <dt>{t.fact.began}</dt>
        <dd>
          <When at={row.began_at} />
        </dd>
        {row.ended_at && (
          <>
            <dt>{t.fact.ended}</dt>
            <dd>
              <When at={row.ended_at} /> {t.endReasons[row.end_reason ?? ""] ?? ""}
            </dd>
          </>
        )}
        <dt>{t.fact.counts}</dt>
        <dd>{t.countsOf(row.received, row.by_rules, row.by_persons)}</dd>
      </dl>
    </Panel>
  );
}

/** One conversation: what was said, and what can be done now. */
export function ConversationPage() {
  const t = useTexts(serviceTexts);
  const may = useMay();
  const conversationId = Number(useParams().conversationId);
  const { data: row, error, refetch } = useQuery(conversationQuery(conversationId));
  if (error && !row) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={row?.customer_name ?? t.unnamed}
      back={{ to: "/service", label: t.back }}
      actions={row && may(rights.replyInService) && <ConversationActions row={row} />}
    >
      {row ? (
        <div className={styles.columns}>
          {may(rights.readServiceTexts) ? (
            <ConversationTexts row={row} />
          ) : (
            <Panel title={t.said}>
              <p className={styles.quiet}>{t.mayNotRead}</p>
            </Panel>
          )}
          <Facts row={row} />
        </div>
      ) : (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      )}
    </Page>
  );
}
