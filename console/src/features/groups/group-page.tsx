import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { groupMembersQuery, groupQuery } from "@/api/contacts";
import type { GroupMember } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { When } from "@/shared/ui/when";
import { GroupState } from "./group-state";
import { groupsTexts } from "./groups-texts";
import styles from "./groups.module.css";

function Members({ groupId }: { groupId: number }) {
  const t = useTexts(groupsTexts);
  const n = useNumberFormat();
  const list = useInfiniteQuery(groupMembersQuery(groupId));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<GroupMember>[] = [
    {
      key: "name",
      title: t.memberColumns.name,
      cell: (row) => (
        <div>
          {row.customer_id === null ? (
            <span className={styles.quiet}>{t.outside}</span>
          ) : (
            <Link to={`/customers/${row.customer_id}`} className={rowLink}>
              {row.name || t.anonymous(String(row.customer_id))}
            </Link>
          )}
          {row.groups > 1 && <div className={styles.quiet}>{t.moreGroups(n.whole(row.groups))}</div>}
        </div>
      ),
    },
    {
      key: "scene",
      title: t.memberColumns.scene,
      from: "medium",
      cell: (row) =>
        [t.scenes[row.join_scene as keyof typeof t.scenes], row.invited_by, row.state]
          .filter(Boolean)
          .join(" · "),
    },
    { key: "joined", title: t.memberColumns.joined, cell: (row) => <When at={row.joined_at} /> },
    {
      key: "state",
      title: t.memberColumns.state,
      align: "end",
      cell: (row) =>
        row.left_at ? (
          <StatusTag tone="quiet">{row.is_removed ? t.removed : t.left}</StatusTag>
        ) : (
          <StatusTag tone="brand">{t.inGroup}</StatusTag>
        ),
    },
  ];
  return (
    <Panel flush title={t.members}>
      {list.error && !rows ? (
        <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <p className={`${styles.padded} ${styles.quiet}`}>{t.noMembers}</p>
      ) : (
        <DataTable
          label={t.members}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.customer_id ?? `${row.joined_at} ${row.left_at}`}
        />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}

export function GroupPage() {
  const t = useTexts(groupsTexts);
  const n = useNumberFormat();
  const groupId = Number(useParams().groupId);
  const { data: group, error, refetch } = useQuery(groupQuery(groupId));
  if (error && !group) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page title={group ? group.name || t.unnamed : t.title} back={{ to: "/groups", label: t.back }}>
      <div className={styles.stack}>
        <Panel extra={group && <GroupState group={group} />} title={t.glance}>
          {group ? (
            <dl className={styles.facts}>
              <div>
                <dt>{t.facts.members}</dt>
                <dd>{n.whole(group.members)}</dd>
              </div>
              <div>
                <dt>{t.facts.customers}</dt>
                <dd>{n.whole(group.customers)}</dd>
              </div>
              <div>
                <dt>{t.facts.repeated}</dt>
                <dd>{n.whole(group.repeated)}</dd>
              </div>
              <div>
                <dt>{t.facts.owner}</dt>
                <dd>{group.owner_name ?? "—"}</dd>
              </div>
              <div>
                <dt>{t.facts.created}</dt>
                <dd>
                  <When at={group.created_at} />
                </dd>
              </div>
            </dl>
          ) : (
            <SkeletonLines lines={2} />
          )}
        </Panel>
        {group?.notice && (
          <Panel title={t.notice}>
            <p className={styles.notice}>{group.notice}</p>
          </Panel>
        )}
        <Members groupId={groupId} />
      </div>
    </Page>
  );
}
