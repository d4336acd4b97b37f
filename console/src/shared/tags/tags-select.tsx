import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { tagGroupsQuery } from "@/api/tags";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";

interface TagsSelectProps {
  label: string;
  placeholder: string;
  value: readonly number[];
  onChange: (tagIds: number[]) => void;
}

/** Some of the tags in use. */
export function TagsSelect({ label, placeholder, value, onChange }: TagsSelectProps) {
  const may = useMay();
  const { data } = useQuery({ ...tagGroupsQuery(), enabled: may(rights.readTags) });
  const options = (data?.rows ?? [])
    .filter((group) => !group.is_archived)
    .flatMap((group) =>
      group.tags
        .filter((tag) => !tag.is_archived || value.includes(tag.tag_id))
        .map((tag) => ({ value: tag.tag_id, label: tag.name, search: `${group.name} ${tag.name}` })),
    );
  return (
    <Select
      mode="multiple"
      aria-label={label}
      placeholder={placeholder}
      maxTagCount="responsive"
      maxCount={10}
      style={{ width: "100%" }}
      showSearch={{ optionFilterProp: "search" }}
      value={[...value]}
      options={options}
      onChange={onChange}
    />
  );
}
