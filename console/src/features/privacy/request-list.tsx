import { DownloadOutlined, SafetyCertificateOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect } from "react";
import { Link } from "react-router";
import { certificateAddress, exportAddress, isOpen, privacyListQuery } from "@/api/privacy";
import { staffSource } from "@/api/sources";
import type { PrivacyRequest, RequestKind } from "@/api/types";
import { privacyWords, wordFor } from "@/shared/i18n/privacy-words";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { useNamed } from "@/shared/ui/picker";
import { When } from "@/shared/ui/when";
import { Decide } from "./decide";
import { privacyTexts } from "./privacy-texts";
import { RequestStatus } from "./request-status";
import styles from "./privacy-page.module.css";

function Proof({ row }: { row: PrivacyRequest }) {
  const t = useTexts(privacyTexts);
  if (row.state === "waiting") return <Decide row={row} />;
  if (row.has_certificate)
    return (
      <Button
        size="small"
        icon={<SafetyCertificateOutlined aria-hidden />}
        href={certificateAddress(row.request_id)}
        download
      >
        {t.certificate}
      </Button>
    );
  if (row.has_file)
    return (
      <Button
        size="small"
        icon={<DownloadOutlined aria-hidden />}
        href={exportAddress(row.request_id)}
        download
      >
        {t.download}
      </Button>
    );
  return <span className={styles.quiet}>{row.kind === "export" && row.state === "done" ? t.gone : "—"}</span>;
}

function RequestTable({ kind, rows }: { kind: RequestKind; rows: readonly PrivacyRequest[] | undefined }) {
  const t = useTexts(privacyTexts);
  const words = useTexts(privacyWords);
  const may = useMay();
  const askedBy = (rows ?? []).flatMap(({ requested_by: by }) =>
    by.startsWith("staff:") ? Number(by.slice("staff:".length)) : [],
  );
  const staff = useNamed(staffSource, askedBy, may(rights.readCompany));
  const columns: Column<PrivacyRequest>[] = [
    {
      key: "customer",
      title: t.columns.customer,
      cell: (row) => (
        <div className={styles.words}>
          <Link to={`/customers/${row.customer_id}`} className={styles.strong}>
            {row.customer || t.customer(row.customer_id)}
          </Link>
          <span className={styles.quiet}>{wordFor(words.reasons, row.reason)}</span>
        </div>
      ),
    },
    { key: "state", title: t.columns.state, cell: (row) => <RequestStatus row={row} /> },
    {
      key: "by",
      title: t.columns.by,
      from: "wide",
      cell: (row) => {
        const [kind = "", id = ""] = row.requested_by.split(":");
        const name = kind === "staff" ? staff.get(Number(id))?.name : undefined;
        return <span className={styles.quiet}>{name ?? `${wordFor(t.kinds, kind)} ${id}`}</span>;
      },
    },
    { key: "at", title: t.columns.at, from: "medium", cell: (row) => <When at={row.requested_at} /> },
    {
      key: "outcome",
      title: kind === "erasure" ? t.columns.proof : t.columns.file,
      align: "end",
      cell: (row) => <Proof row={row} />,
    },
  ];
  return (
    <DataTable
      label={kind === "erasure" ? t.tabs.erasures : t.tabs.exports}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.request_id}
      skeletonRows={4}
    />
  );
}

const ABOUT_CUSTOMERS: ReadonlySet<unknown> = new Set([
  "customer",
  "customers",
  "timeline",
  "merges",
  "consents",
]);

function RequestList({ kind }: { kind: RequestKind }) {
  const t = useTexts(privacyTexts);
  const list = useInfiniteQuery(privacyListQuery(kind));
  const queryClient = useQueryClient();
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const erasing = kind === "erasure";
  const open = rows?.filter(isOpen).length ?? 0;
  useEffect(() => {
    // Whoever has just been erased must not be shown from memory.
    if (open === 0)
      queryClient.removeQueries({ predicate: ({ queryKey }) => ABOUT_CUSTOMERS.has(queryKey[0]) });
  }, [open, queryClient]);
  return (
    <Panel flush>
      {list.error && !rows ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <EmptyState
          icon={<SafetyCertificateOutlined aria-hidden />}
          title={erasing ? t.emptyErasures : t.emptyExports}
          text={erasing ? t.emptyErasuresText : t.emptyExportsText}
        />
      ) : (
        <RequestTable kind={kind} rows={rows} />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}

export function ErasuresPage() {
  return <RequestList kind="erasure" />;
}

export function ExportsPage() {
  return <RequestList kind="export" />;
}
