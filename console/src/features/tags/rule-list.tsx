import { MoreOutlined, PlusOutlined, TagsOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { deleteTagRule, publishTagRule, switchTagRule, tagGroupsQuery, tagRuleListQuery } from "@/api/tags";
import type { TagRule } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay, useMayChange } from "@/shared/session/session-context";
import { MadeElsewhere } from "@/shared/ui/made-elsewhere";
import { TagChip } from "@/shared/tags/tag-chip";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { RuleForm } from "./rule-form";
import { tagsTexts } from "./tags-texts";
import styles from "./tags-page.module.css";

const TONES = { draft: "amber", live: "brand", stopped: "quiet" } as const;

/** What the rule says, in a line or two. */
function RuleWords({ row }: { row: TagRule }) {
  const t = useTexts(tagsTexts).rules;
  const vocabulary = useVocabulary();
  const may = useMay();
  const { rule } = row;
  if (rule.kind === "segment") {
    const name = t.inSegment(row.segment_name ?? t.gone);
    return (
      <div className={styles.words}>
        {may(rights.readSegments) ? (
          <Link to={`/segments/${rule.segment_id}`}>{name}</Link>
        ) : (
          <span>{name}</span>
        )}
        <span className={styles.quiet}>{t.leaving[rule.on_exit]}</span>
      </div>
    );
  }
  const more = [
    rule.where.length > 0 ? t.filters(rule.where.length) : "",
    rule.expires_after ? t.lasts(rule.expires_after.amount, rule.expires_after.unit) : "",
  ].filter(Boolean);
  return (
    <div className={styles.words}>
      <span>{t.did(vocabulary.say("events", rule.event))}</span>
      <span className={styles.quiet}>{more.join(" · ")}</span>
    </div>
  );
}

function RuleMenu({ row, onEdit }: { row: TagRule; onEdit: () => void }) {
  const t = useTexts(tagsTexts);
  const may = useMayChange(row);
  const { modal } = App.useApp();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: (deed: () => Promise<unknown>) => deed(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["tag-rules"] }),
    onError: notices.failed,
  });
  const remove = () =>
    modal.confirm({
      title: `${t.rules.remove} · ${row.name}`,
      content: t.rules.removeQuestion,
      okText: t.rules.remove,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => act.mutate(() => deleteTagRule(row.rule_id)),
    });
  const items = [
    { key: "edit", label: t.edit, onClick: onEdit },
    ...(may(rights.publishTagRules)
      ? [
          ...(row.status === "draft" || row.draft_rule
            ? [
                {
                  key: "publish",
                  label: t.rules.publish,
                  onClick: () => act.mutate(() => publishTagRule(row.rule_id)),
                },
              ]
            : []),
          ...(row.status === "draft"
            ? []
            : [
                {
                  key: "switch",
                  label: row.status === "live" ? t.rules.stop : t.rules.resume,
                  onClick: () => act.mutate(() => switchTagRule(row.rule_id, row.status !== "live")),
                },
              ]),
          { key: "delete", label: t.rules.remove, danger: true, onClick: remove },
        ]
      : []),
  ];
  if (!may(rights.writeTagRules)) return <MadeElsewhere row={row} right={rights.writeTagRules} />;
  return (
    <Dropdown trigger={["click"]} menu={{ items }}>
      <Button
        type="text"
        size="small"
        loading={act.isPending}
        icon={<MoreOutlined aria-hidden />}
        aria-label={t.more(row.name)}
      />
    </Dropdown>
  );
}

function RuleTable({
  rows,
  onEdit,
}: {
  rows: readonly TagRule[] | undefined;
  onEdit: (row: TagRule) => void;
}) {
  const t = useTexts(tagsTexts);
  const groups = useQuery(tagGroupsQuery()).data?.rows ?? [];
  const tags = new Map(groups.flatMap((group) => group.tags.map((tag) => [tag.tag_id, { group, tag }])));
  const { columns: titles } = t.rules;
  const columns: Column<TagRule>[] = [
    {
      key: "name",
      title: titles.name,
      from: "medium",
      cell: (row) => <span className={styles.strong}>{row.name}</span>,
    },
    { key: "when", title: titles.when, cell: (row) => <RuleWords row={row} /> },
    {
      key: "tag",
      title: titles.tag,
      cell: (row) => {
        const found = tags.get(row.rule.tag_id);
        return found ? (
          <TagChip
            colour={found.group.colour}
            name={found.tag.name}
            title={found.group.name}
            isArchived={found.tag.is_archived || found.group.is_archived}
          />
        ) : null;
      },
    },
    {
      key: "state",
      title: titles.state,
      align: "end",
      cell: (row) => (
        <div className={styles.state}>
          <StatusTag tone={TONES[row.status]}>{t.rules.states[row.status]}</StatusTag>
          <RuleMenu row={row} onEdit={() => onEdit(row)} />
        </div>
      ),
    },
  ];
  return <DataTable label={t.tabs.rules} columns={columns} rows={rows} rowKey={(row) => row.rule_id} />;
}

export function TagRuleList() {
  const t = useTexts(tagsTexts);
  const may = useMay();
  const [edited, setEdited] = useState<TagRule | "new" | null>(null);
  const list = useInfiniteQuery(tagRuleListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const make = may(rights.writeTagRules) && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setEdited("new")}>
      {t.rules.create}
    </Button>
  );
  return (
    <>
      <div className={styles.bar}>
        <p className={styles.lead}>{t.rules.lead}</p>
        {rows && rows.length > 0 && make}
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : rows?.length === 0 ? (
          <EmptyState
            icon={<TagsOutlined aria-hidden />}
            title={t.rules.empty}
            text={t.rules.emptyText}
            action={make}
          />
        ) : (
          <RuleTable rows={rows} onEdit={setEdited} />
        )}
        <LoadMore query={list} />
      </Panel>
      {edited && <RuleForm rule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}
