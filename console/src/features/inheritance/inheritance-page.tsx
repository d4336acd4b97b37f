import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Select } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { cancelInheritance, handoversQuery, inheritanceQuery } from "@/api/inheritances";
import { paced } from "@/api/live";
import type { Handover, HandoverState, Inheritance } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { DataTable, rowLink, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import {
  countOf,
  HandoverTag,
  InheritanceState,
  STATES,
  totalOf,
  undoneOf,
  useReason,
} from "./inheritance-parts";
import { inheritanceTexts } from "./inheritance-texts";
import styles from "./inheritance.module.css";

function Progress({ inheritance }: { inheritance: Inheritance }) {
  const n = useNumberFormat();
  const total = totalOf(inheritance) || 1;
  const parts = [
    { key: "done", style: styles.done, count: countOf(inheritance, ["done"]) },
    { key: "waiting", style: styles.waiting, count: countOf(inheritance, ["asked", "waiting"]) },
    { key: "undone", style: styles.undone, count: undoneOf(inheritance) },
  ];
  return (
    <div className={styles.bars}>
      <div className={styles.bar} aria-hidden="true">
        {parts.map(({ key, style, count }) => (
          <span key={key} className={style} style={{ width: `${(100 * count) / total}%` }} />
        ))}
      </div>
      <div className={styles.legendRow}>
        {STATES.filter((state) => countOf(inheritance, [state]) > 0).map((state) => (
          <span key={state}>
            <HandoverTag state={state} /> <b className="num">{n.whole(countOf(inheritance, [state]))}</b>
          </span>
        ))}
      </div>
    </div>
  );
}

function Glance({ inheritance }: { inheritance: Inheritance }) {
  const t = useTexts(inheritanceTexts);
  const listed = useWordList();
  const reason = useReason();
  return (
    <Panel title={t.glance} extra={<InheritanceState inheritance={inheritance} />}>
      {inheritance.refusal !== 0 && !inheritance.ended_at && (
        <Alert
          type="error"
          showIcon
          style={{ marginBottom: 16 }}
          title={t.refusal(inheritance.refusal) + reason(inheritance.refusal)}
        />
      )}
      <dl className={styles.facts}>
        <div>
          <dt>{t.facts.takers}</dt>
          <dd>{listed(inheritance.takers)}</dd>
        </div>
        <div>
          <dt>{t.facts.asked}</dt>
          <dd>{inheritance.asked_by}</dd>
        </div>
        <div>
          <dt>{t.facts.at}</dt>
          <dd>
            <When at={inheritance.asked_at} />
          </dd>
        </div>
        <div>
          <dt>{t.facts.end}</dt>
          <dd>
            <When at={inheritance.ended_at} />
          </dd>
        </div>
      </dl>
      <Progress inheritance={inheritance} />
    </Panel>
  );
}

function useHandoverColumns(): Column<Handover>[] {
  const t = useTexts(inheritanceTexts);
  const reason = useReason();
  const name = (row: Handover) => {
    if (row.customer_id === null)
      return (
        <>
          {row.name || t.unnamed} <span className={styles.quiet}>{t.group}</span>
        </>
      );
    return (
      <Link to={`/customers/${row.customer_id}`} className={rowLink}>
        {row.name || t.anonymous(String(row.customer_id))}
      </Link>
    );
  };
  return [
    { key: "name", title: t.rowColumns.name, cell: name },
    { key: "taker", title: t.rowColumns.taker, cell: (row) => row.taker_name },
    {
      key: "state",
      title: t.rowColumns.state,
      cell: (row) => (
        <>
          <HandoverTag state={row.state} />
          {row.errcode !== 0 && <div className={styles.quiet}>{reason(row.errcode)}</div>}
          {row.errcode === 0 && row.state === "failed" && <div className={styles.quiet}>{t.noAnswer}</div>}
        </>
      ),
    },
    {
      key: "at",
      title: t.rowColumns.at,
      align: "end",
      from: "medium",
      cell: (row) => <When at={row.ended_at ?? row.asked_at} />,
    },
  ];
}

function Rows({ inheritance }: { inheritance: Inheritance }) {
  const t = useTexts(inheritanceTexts);
  const [state, setState] = useState<HandoverState | "any">("any");
  const columns = useHandoverColumns();
  const list = useInfiniteQuery({
    ...handoversQuery(inheritance.inheritance_id, state === "any" ? [] : [state]),
    refetchInterval: inheritance.ended_at ? false : paced(3_000),
  });
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <Panel
      flush
      title={t.rows}
      extra={
        <Select
          aria-label={t.filter}
          style={{ minWidth: 150 }}
          value={state}
          onChange={setState}
          options={[
            { value: "any" as const, label: t.anyState },
            ...STATES.map((value) => ({ value, label: t.states[value] })),
          ]}
        />
      }
    >
      {list.error && !rows ? (
        <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <p className={`${styles.padded} ${styles.quiet}`}>{t.noRows}</p>
      ) : (
        <DataTable label={t.rows} columns={columns} rows={rows} rowKey={(row) => row.handover_id} />
      )}
      <LoadMore query={list} />
    </Panel>
  );
}

function Actions({ inheritance }: { inheritance: Inheritance }) {
  const t = useTexts(inheritanceTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { modal } = App.useApp();
  const cancel = useMutation({
    mutationFn: () => cancelInheritance(inheritance.inheritance_id),
    onSuccess: async (saved) => {
      notices.done(t.cancelDone);
      queryClient.setQueryData(["inheritance", inheritance.inheritance_id], saved);
      await queryClient.invalidateQueries({ queryKey: ["handovers", inheritance.inheritance_id] });
    },
    onError: notices.failed,
  });
  const planned = countOf(inheritance, ["planned"]);
  return (
    <>
      {undoneOf(inheritance) > 0 && (
        <Link to={`/inheritances/new?from=${inheritance.giver_id}&again=${inheritance.inheritance_id}`}>
          <Button type="primary">{t.again}</Button>
        </Link>
      )}
      {planned > 0 && !inheritance.ended_at && (
        <Button
          loading={cancel.isPending}
          onClick={() =>
            modal.confirm({ title: t.cancel, content: t.cancelAsk, onOk: () => cancel.mutateAsync() })
          }
        >
          {t.cancel}
        </Button>
      )}
    </>
  );
}

/** How far one inheritance is, row by row. */
export function InheritancePage() {
  const t = useTexts(inheritanceTexts);
  const inheritanceId = Number(useParams().inheritanceId);
  const { data, error, refetch } = useQuery(inheritanceQuery(inheritanceId));
  if (error && !data) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={data ? t.from(data.giver_name) : t.title}
      back={{ to: "/inheritances", label: t.back }}
      actions={data && <Actions inheritance={data} />}
    >
      {data ? (
        <div className={styles.stack}>
          <Glance inheritance={data} />
          <Rows inheritance={data} />
        </div>
      ) : (
        <Panel>
          <SkeletonLines lines={3} />
        </Panel>
      )}
    </Page>
  );
}
