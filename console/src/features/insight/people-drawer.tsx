import { TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { createPeopleList, insightPeopleQuery } from "@/api/insight";
import type { CustomerRow, Question } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { insightTexts } from "./insight-texts";
import type { Chosen } from "./question";
import styles from "./insight.module.css";

function MakeList({ question, chosen }: { question: Question; chosen: Chosen }) {
  const t = useTexts(insightTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [name, setName] = useState(chosen.title.slice(0, 100));
  const make = useMutation({
    mutationFn: () => createPeopleList(question, chosen.spot, name),
    onSuccess: async (made) => {
      notices.done(t.listMade(n.whole(made.size)));
      await queryClient.invalidateQueries({ queryKey: ["lists"] });
    },
    onError: notices.failed,
  });
  return (
    <form
      className={styles.makeList}
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Input
        aria-label={t.listName}
        value={name}
        maxLength={120}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="primary" htmlType="submit" loading={make.isPending} disabled={!name.trim()}>
        {t.makeList}
      </Button>
    </form>
  );
}

function People({ question, chosen }: { question: Question; chosen: Chosen }) {
  const t = useTexts(insightTexts);
  const n = useNumberFormat();
  const may = useMay();
  const list = useInfiniteQuery(insightPeopleQuery(question, chosen.spot));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const columns: Column<CustomerRow>[] = [
    {
      key: "customer",
      title: t.customer,
      cell: (row) => (
        <Link to={`/customers/${row.customer_id}`} className={rowLink}>
          {row.display_name}
        </Link>
      ),
    },
    { key: "contact", title: t.contact, from: "medium", cell: (row) => row.contact_masked || "—" },
    { key: "orders", title: t.orders_, align: "end", width: 80, cell: (row) => n.whole(row.orders) },
    {
      key: "seen",
      title: t.lastSeen,
      align: "end",
      width: 120,
      cell: (row) => <When at={row.last_seen_at} />,
    },
  ];
  if (list.error && !rows) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (rows?.length === 0) return <EmptyState compact icon={<TeamOutlined />} title={t.nobody} />;
  const total = list.data?.pages[0]?.total;
  return (
    <>
      {total !== undefined && <p className={styles.quiet}>{t.total(n.whole(total))}</p>}
      {may(rights.writeLists) && <MakeList question={question} chosen={chosen} />}
      <DataTable label={chosen.title} columns={columns} rows={rows} rowKey={(row) => row.customer_id} />
      <LoadMore query={list} />
    </>
  );
}

interface PeopleDrawerProps {
  question: Question;
  chosen: Chosen | null;
  onClose: () => void;
}

/** Who stands behind a number, and the way to a list of them. */
export function PeopleDrawer({ question, chosen, onClose }: PeopleDrawerProps) {
  const may = useMay();
  if (!may(rights.readCustomers)) return null;
  return (
    <Drawer open={chosen !== null} onClose={onClose} title={chosen?.title} size="large" destroyOnHidden>
      {chosen && <People key={JSON.stringify(chosen.spot)} question={question} chosen={chosen} />}
    </Drawer>
  );
}
