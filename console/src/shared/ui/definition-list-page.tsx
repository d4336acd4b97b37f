import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import type { Right } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, rowLink, type Column } from "./data-table";
import { EmptyState } from "./empty-state";
import { ErrorState } from "./error-state";
import { LoadMore } from "./load-more";
import { Page } from "./page";
import { Panel } from "./panel";

interface ListTexts {
  title: string;
  lead: string;
  create: string;
  empty: string;
  emptyText: string;
}

interface Pages<Row> {
  data: { pages: readonly { rows: readonly Row[] }[] } | undefined;
  error: Error | null;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
  refetch: () => Promise<unknown>;
}

interface DefinitionListPageProps<Row> {
  texts: ListTexts;
  /** What `useInfiniteQuery` has of them. */
  list: Pages<Row>;
  /** Where the list stands; `/new` below it makes another. */
  path: string;
  rowKey: (row: Row) => number;
  name: (row: Row) => string;
  nameTitle: string;
  /** Besides the name, which leads to the page of the row. */
  columns: readonly Column<Row>[];
  icon: ReactNode;
  writing: Right;
  /** Other ways to make one, beside the way from nothing. */
  beginnings?: ReactNode;
  children?: ReactNode;
}

/** What an operator has designed of one kind, and the way to design another. */
export function DefinitionListPage<Row>(props: DefinitionListPageProps<Row>) {
  const { texts, list, path, rowKey } = props;
  const may = useMay();
  const navigate = useNavigate();
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const named: Column<Row> = {
    key: "name",
    title: props.nameTitle,
    cell: (row) => (
      <Link to={`${path}/${rowKey(row)}`} className={rowLink}>
        {props.name(row)}
      </Link>
    ),
  };
  const create = may(props.writing) && (
    <>
      {props.beginnings}
      <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => void navigate(`${path}/new`)}>
        {texts.create}
      </Button>
    </>
  );
  return (
    <Page title={texts.title} lead={texts.lead} actions={rows?.length !== 0 && create}>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={props.icon} title={texts.empty} text={texts.emptyText} action={create} />
        ) : (
          <DataTable label={texts.title} columns={[named, ...props.columns]} rows={rows} rowKey={rowKey} />
        )}
        <LoadMore query={list} />
      </Panel>
      {props.children}
    </Page>
  );
}
