import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { customerQuery } from "@/api/customers";
import type { Customer } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useCurrency } from "@/shared/format/use-currency";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { Skeleton, SkeletonLines } from "@/shared/ui/skeleton";
import { When } from "@/shared/ui/when";
import { MessagesPanel, OrdersPanel } from "./activity-panels";
import { ConsentPanel } from "./consent-panel";
import { ContactsPanel } from "./contacts-panel";
import { customersTexts } from "./customers-texts";
import { IdentityPanel } from "./identity-panel";
import { ErasedNotice, PrivacyPanel } from "./privacy-panel";
import { NextPanel } from "./next-panel";
import { FactsPanel, MembershipPanel } from "./profile-panels";
import { privacyTexts } from "./privacy-texts";
import { ScenePanel } from "./scene-panel";
import { StaffPanel } from "./staff-panel";
import { TagsPanel } from "./tags-panel";
import { Timeline } from "./timeline";
import { ValuePanel } from "./value-panel";
import styles from "./customer-page.module.css";

function Heading({ customer }: { customer: Customer }) {
  const t = useTexts(privacyTexts);
  if (customer.erased_at)
    return (
      <div>
        <h1 className={styles.name}>{t.erasedTitle}</h1>
        <p className={styles.sub}>#{customer.customer_id}</p>
      </div>
    );
  return (
    <div className={styles.heading}>
      <PersonAvatar name={customer.display_name} size={56} />
      <div>
        <h1 className={styles.name}>{customer.display_name}</h1>
        <p className={styles.sub}>
          {[customer.contact_masked, customer.city]
            .filter((part) => part && part !== customer.display_name)
            .join(" · ")}
        </p>
      </div>
    </div>
  );
}

function Stats({ customer }: { customer: Customer }) {
  const t = useTexts(customersTexts);
  const n = useNumberFormat();
  const currency = useCurrency();
  const average = customer.average_order_fen;
  return (
    <dl className={styles.stats}>
      <div>
        <dt>{t.revenue}</dt>
        <dd>{customer.orders ? n.money(customer.revenue_fen, currency) : "—"}</dd>
      </div>
      <div>
        <dt>{t.orders}</dt>
        <dd>{n.whole(customer.orders)}</dd>
      </div>
      <div>
        <dt>{t.averageOrder}</dt>
        <dd>{average === null ? "—" : n.money(average, currency)}</dd>
      </div>
      <div>
        <dt>{t.lastOrder}</dt>
        <dd>
          <When at={customer.last_order_at} none={t.never} />
        </dd>
      </div>
      <div>
        <dt>{t.lastSeen}</dt>
        <dd>
          <When at={customer.last_seen_at} />
        </dd>
      </div>
    </dl>
  );
}

export function CustomerPage() {
  const t = useTexts(customersTexts);
  const may = useMay();
  const customerId = Number(useParams().customerId);
  const [part, setPart] = useState<"about" | "timeline">("about");
  const { data: customer, error, refetch } = useQuery(customerQuery(customerId));
  if (error && !customer) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={customer?.display_name ?? t.title}
      back={{ to: "/customers", label: t.title }}
      heading={customer ? <Heading customer={customer} /> : <Skeleton width={220} height={56} />}
    >
      {customer ? (
        <Stats customer={customer} />
      ) : (
        <div className={styles.waiting}>
          <Skeleton height={86} />
        </div>
      )}
      <div className={styles.parts}>
        <Segmented
          block
          aria-label={t.parts}
          value={part}
          onChange={setPart}
          options={(["about", "timeline"] as const).map((value) => ({ value, label: t[value] }))}
        />
      </div>
      <div className={styles.columns} data-part={part}>
        <div className={styles.timeline}>
          <Timeline customerId={customerId} />
        </div>
        <div className={styles.aside}>
          {customer ? (
            customer.erased_at ? (
              <ErasedNotice />
            ) : (
              <>
                {may(rights.readTasks) && <NextPanel customer={customer} />}
                {may(rights.readLeads) && <StaffPanel customer={customer} />}
                <FactsPanel customer={customer} />
                <IdentityPanel customer={customer} />
                {may(rights.readContacts) && <ContactsPanel customer={customer} />}
                {may(rights.readTags) && <TagsPanel customer={customer} />}
                <ValuePanel customerId={customerId} />
                <ScenePanel customerId={customerId} />
                <MembershipPanel customer={customer} />
                {may(rights.readOrders) && <OrdersPanel customerId={customerId} />}
                {may(rights.readMessages) && <MessagesPanel customerId={customerId} />}
                <ConsentPanel customer={customer} />
                <PrivacyPanel customer={customer} />
              </>
            )
          ) : (
            <Panel>
              <SkeletonLines lines={8} />
            </Panel>
          )}
        </div>
      </div>
    </Page>
  );
}
