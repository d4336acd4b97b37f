import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { tagGroupsQuery } from "@/api/tags";
import { useTexts } from "@/shared/i18n/texts";
import { TagChip } from "./tag-chip";
import { tagWords } from "./tag-words";

interface TagSelectProps {
  control?: { id: string; "aria-describedby": string | undefined };
  value: number | null;
  /** Tags that cannot be chosen. */
  without?: ReadonlySet<number>;
  placeholder?: string;
  onChange: (tagId: number) => void;
}

/** One of the tags in use, group by group. */
export function TagSelect({ control, value, without, placeholder, onChange }: TagSelectProps) {
  const t = useTexts(tagWords);
  const { data, isPending } = useQuery(tagGroupsQuery());
  const known = new Map(
    data?.rows.flatMap(({ tags, colour }) =>
      tags.map(({ tag_id: tagId, name }) => [tagId, { name, colour }] as const),
    ),
  );
  const options = (data?.rows ?? [])
    .filter((group) => !group.is_archived)
    .map((group) => ({
      label: group.name,
      title: group.name,
      options: group.tags
        .filter((tag) => !tag.is_archived && !without?.has(tag.tag_id))
        .map((tag) => ({
          value: tag.tag_id,
          label: tag.name,
          search: `${group.name} ${tag.name}`,
        })),
    }))
    .filter((group) => group.options.length > 0);
  return (
    <Select
      {...control}
      aria-label={t.tag}
      style={{ width: "100%" }}
      loading={isPending}
      showSearch={{
        filterOption: (text, option) =>
          option !== undefined && "search" in option && String(option.search).includes(text),
      }}
      placeholder={placeholder ?? t.choose}
      notFoundContent={t.none}
      value={value}
      options={options}
      optionRender={({ value: tagId }) => (
        <TagChip
          colour={known.get(Number(tagId))?.colour ?? "grey"}
          name={known.get(Number(tagId))?.name ?? ""}
        />
      )}
      onChange={(tagId: number | null) => tagId !== null && onChange(tagId)}
    />
  );
}
