import { TagsOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { stopTagBulk, tagBulkListQuery } from "@/api/tags";
import { listSource, segmentSource } from "@/api/sources";
import type { TagBulk } from "@/api/types";
import { UnchangedPeople } from "@/shared/customers/unchanged-people";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { tagWords } from "@/shared/tags/tag-words";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { useNamed } from "@/shared/ui/picker";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { tagsTexts } from "./tags-texts";
import styles from "./tags-page.module.css";

function BulkProgress({ row }: { row: TagBulk }) {
  const words = useTexts(tagWords);
  const n = useNumberFormat();
  const percent = row.total ? Math.floor((row.done / row.total) * 100) : 100;
  return (
    <div className={styles.progress}>
      {row.state === "running" && <Progress percent={percent} size="small" aria-label={words.bulk} />}
      <span className="num">{words.progress(n.whole(row.done), n.whole(row.total))}</span>
      <span className={`${styles.quiet} num`}>{words.changed(n.whole(row.changed))}</span>
      <UnchangedPeople of="tag-bulks" bulkId={row.bulk_id} counts={row.unchanged} />
    </div>
  );
}

function StopButton({ row }: { row: TagBulk }) {
  const t = useTexts(tagsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const stop = useMutation({
    mutationFn: () => stopTagBulk(row.bulk_id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["tag-bulks"] }),
    onError: notices.failed,
  });
  return (
    <Button size="small" type="text" danger loading={stop.isPending} onClick={() => stop.mutate()}>
      {t.bulks.stop}
    </Button>
  );
}

function BulkTable({ rows }: { rows: readonly TagBulk[] | undefined }) {
  const t = useTexts(tagsTexts);
  const words = useTexts(tagWords);
  const may = useMay();
  const idsOf = (wanted: string) =>
    (rows ?? []).flatMap(({ of }) => {
      const [kind, id] = of.split(":");
      return kind === wanted ? Number(id) : [];
    });
  const segments = useNamed(segmentSource, idsOf("segment"), may(rights.readSegments));
  const lists = useNamed(listSource, idsOf("list"), may(rights.readLists));
  const whom = (of: string) => {
    const [kind, id = ""] = of.split(":");
    if (kind === "segment") return t.bulks.ofs.segment(segments.get(Number(id))?.name ?? `#${id}`);
    return kind === "list"
      ? t.bulks.ofs.list(lists.get(Number(id))?.name ?? `#${id}`)
      : t.bulks.ofs.customers;
  };
  const { columns: titles } = t.bulks;
  const columns: Column<TagBulk>[] = [
    {
      key: "what",
      title: titles.what,
      cell: (row) => (
        <div className={styles.words}>
          <span className={styles.strong}>
            {row.is_removal ? t.bulks.remove(row.tag) : t.bulks.add(row.tag)}
          </span>
          <span className={styles.quiet}>{[whom(row.of), row.reason].filter(Boolean).join(" · ")}</span>
        </div>
      ),
    },
    {
      key: "who",
      title: titles.who,
      from: "medium",
      cell: (row) => (
        <div className={styles.words}>
          <span>{row.actor_name ?? "—"}</span>
          <span className={styles.quiet}>
            <When at={row.created_at} />
          </span>
        </div>
      ),
    },
    { key: "progress", title: titles.progress, cell: (row) => <BulkProgress row={row} /> },
    {
      key: "state",
      title: titles.state,
      align: "end",
      cell: (row) => (
        <div className={styles.state}>
          {row.state === "running" && may(rights.applyTags) && <StopButton row={row} />}
          <StatusTag tone={{ running: "info", done: "brand", stopped: "quiet" }[row.state] as "info"}>
            {words[row.state]}
          </StatusTag>
        </div>
      ),
    },
  ];
  return <DataTable label={t.tabs.bulks} columns={columns} rows={rows} rowKey={(row) => row.bulk_id} />;
}

export function TagBulkList() {
  const t = useTexts(tagsTexts);
  const list = useInfiniteQuery(tagBulkListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <>
      <div className={styles.bar}>
        <p className={styles.lead}>{t.bulks.lead}</p>
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState icon={<TagsOutlined aria-hidden />} title={t.bulks.empty} text={t.bulks.emptyText} />
        ) : (
          <BulkTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
    </>
  );
}
