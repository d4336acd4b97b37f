import { TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { suspicionListQuery } from "@/api/merges";
import type { SuspicionRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { customersTexts } from "./customers-texts";
import { identityTexts } from "./identity-texts";
import pageStyles from "./customer-page.module.css";
import styles from "./list/list.module.css";

function Accounts({ row }: { row: SuspicionRow }) {
  const t = useTexts(identityTexts);
  const vocabulary = useVocabulary();
  return (
    <span className={pageStyles.chips}>
      {Object.entries(row.counts).map(([kind, count]) => (
        <span key={kind} className={pageStyles.chip}>
          {t.account(vocabulary.say("identities", kind), count)}
        </span>
      ))}
    </span>
  );
}

/** Customers with more accounts than one person has, for somebody to look at. */
export function SuspicionsPage() {
  const t = useTexts(identityTexts);
  const { title } = useTexts(customersTexts);
  const list = useInfiniteQuery(suspicionListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<SuspicionRow>[] = [
    {
      key: "customer",
      title: t.columns.customer,
      cell: (row) => (
        <div className={styles.customer}>
          <PersonAvatar name={row.display_name} size={34} />
          <div className={styles.words}>
            <Link to={`/customers/${row.customer_id}`} className={rowLink}>
              {row.display_name}
            </Link>
            {row.contact_masked !== row.display_name && (
              <span className={styles.contact}>{row.contact_masked}</span>
            )}
          </div>
        </div>
      ),
    },
    { key: "accounts", title: t.columns.accounts, cell: (row) => <Accounts row={row} /> },
  ];
  return (
    <Page title={t.reviewTitle} lead={t.reviewLead} back={{ to: "/customers", label: title }}>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<TeamOutlined aria-hidden />} title={t.reviewEmpty} text={t.reviewEmptyText} />
        ) : (
          <DataTable
            label={t.reviewTitle}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.customer_id}
            skeletonRows={4}
          />
        )}
        <LoadMore query={list} />
      </Panel>
    </Page>
  );
}
