import { MoreOutlined, PlusOutlined, TagsOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import {
  archiveTag,
  archiveTagGroup,
  createTag,
  renameTag,
  tagCountsQuery,
  tagGroupsQuery,
  type TagOrGroup,
} from "@/api/tags";
import type { Tag, TagGroup } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { TagChip } from "@/shared/tags/tag-chip";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { ArchiveQuestion } from "./archive-question";
import { GroupForm } from "./group-form";
import { NameDialog } from "./name-dialog";
import { tagsTexts } from "./tags-texts";
import styles from "./tags-page.module.css";

/** Asks before something is taken out of use; back into it goes without asking. */
function useArchive(archive: (isArchived: boolean) => Promise<TagGroup>, name: string, of: TagOrGroup) {
  const t = useTexts(tagsTexts);
  const { modal } = App.useApp();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: archive,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["tag-groups"] }),
    onError: notices.failed,
  });
  return (isArchived: boolean) => {
    if (!isArchived) {
      mutate(false);
      return;
    }
    modal.confirm({
      title: `${t.archive} · ${name}`,
      content: <ArchiveQuestion of={of} />,
      okText: t.archive,
      cancelText: t.cancel,
      onOk: () => mutate(true),
    });
  };
}

function TagEntry({ group, tag, count }: { group: TagGroup; tag: Tag; count: number | undefined }) {
  const t = useTexts(tagsTexts);
  const n = useNumberFormat();
  const may = useMay();
  const [isNaming, setNaming] = useState(false);
  const archive = useArchive((isArchived) => archiveTag(tag.tag_id, isArchived), tag.name, {
    kind: "tag",
    id: tag.tag_id,
  });
  return (
    <li className={styles.tag}>
      <TagChip
        colour={group.colour}
        name={tag.name}
        note={count === undefined ? undefined : n.whole(count)}
        isArchived={tag.is_archived}
        title={[tag.is_archived ? t.archived : "", count === undefined ? "" : t.bearers(n.whole(count))]
          .filter(Boolean)
          .join(" · ")}
      />
      {may(rights.writeTags) && (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: [
              { key: "rename", label: t.rename, onClick: () => setNaming(true) },
              {
                key: "archive",
                label: tag.is_archived ? t.restore : t.archive,
                onClick: () => archive(!tag.is_archived),
              },
            ],
          }}
        >
          <Button
            type="text"
            size="small"
            icon={<MoreOutlined aria-hidden />}
            aria-label={t.more(tag.name)}
          />
        </Dropdown>
      )}
      {isNaming && (
        <NameDialog
          title={t.rename}
          name={tag.name}
          save={(name) => renameTag(tag.tag_id, name)}
          onClose={() => setNaming(false)}
        />
      )}
    </li>
  );
}

interface GroupPanelProps {
  group: TagGroup;
  counts: ReadonlyMap<number, number> | undefined;
}

function GroupPanel({ group, counts }: GroupPanelProps) {
  const t = useTexts(tagsTexts);
  const may = useMay();
  const [opened, setOpened] = useState<"edit" | "add" | null>(null);
  const archive = useArchive((isArchived) => archiveTagGroup(group.group_id, isArchived), group.name, {
    kind: "group",
    id: group.group_id,
  });
  const extra = (
    <div className={styles.extra}>
      {group.owner_name && <span>{t.owner(group.owner_name)}</span>}
      {group.is_archived && <StatusTag tone="quiet">{t.archived}</StatusTag>}
      {may(rights.writeTags) && (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: [
              { key: "edit", label: t.edit, onClick: () => setOpened("edit") },
              {
                key: "archive",
                label: group.is_archived ? t.restore : t.archive,
                onClick: () => archive(!group.is_archived),
              },
            ],
          }}
        >
          <Button
            type="text"
            size="small"
            icon={<MoreOutlined aria-hidden />}
            aria-label={t.more(group.name)}
          />
        </Dropdown>
      )}
    </div>
  );
  return (
    <Panel title={group.name} note={group.is_exclusive ? t.exclusive : undefined} extra={extra}>
      <ul className={styles.chips}>
        {group.tags.map((tag) => (
          <TagEntry
            key={tag.tag_id}
            group={group}
            tag={tag}
            count={counts && (counts.get(tag.tag_id) ?? 0)}
          />
        ))}
        {group.tags.length === 0 && <li className={styles.quiet}>{t.emptyGroup}</li>}
        {may(rights.writeTags) && !group.is_archived && (
          <li>
            <Button
              size="small"
              type="dashed"
              icon={<PlusOutlined aria-hidden />}
              onClick={() => setOpened("add")}
            >
              {t.addTag}
            </Button>
          </li>
        )}
      </ul>
      {opened === "edit" && <GroupForm group={group} onClose={() => setOpened(null)} />}
      {opened === "add" && (
        <NameDialog
          title={`${t.addTag} · ${group.name}`}
          name=""
          save={(name) => createTag(group.group_id, name)}
          onClose={() => setOpened(null)}
        />
      )}
    </Panel>
  );
}

export function TagGroupList() {
  const t = useTexts(tagsTexts);
  const may = useMay();
  const [isMaking, setMaking] = useState(false);
  const { data, error, refetch } = useQuery(tagGroupsQuery());
  const counts = useQuery(tagCountsQuery()).data;
  const countOf = counts && new Map(counts.rows.map((row) => [row.tag_id, row.count]));
  const make = may(rights.writeTags) && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setMaking(true)}>
      {t.newGroup}
    </Button>
  );
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      {!data ? (
        <Panel>
          <SkeletonLines lines={5} />
        </Panel>
      ) : data.rows.length === 0 ? (
        <Panel>
          <EmptyState icon={<TagsOutlined aria-hidden />} title={t.empty} text={t.emptyText} action={make} />
        </Panel>
      ) : (
        <>
          <div className={styles.bar}>
            <span />
            {make}
          </div>
          <div className={styles.groups}>
            {data.rows.map((group) => (
              <GroupPanel key={group.group_id} group={group} counts={countOf} />
            ))}
          </div>
        </>
      )}
      {isMaking && <GroupForm group={null} onClose={() => setMaking(false)} />}
    </>
  );
}
