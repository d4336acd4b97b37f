import { useQuery } from "@tanstack/react-query";
import { tagGroupsQuery } from "@/api/tags";
import type { TagCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { below } from "../edit-tree";
import { Choice, type FieldsProps } from "../fields/basics";
import { PickSeveralField } from "../fields/pick-field";

type Groups = NonNullable<ReturnType<typeof useTagGroups>>;

/** Tags that are in use; a name may stand in several groups, so the group is said with it. */
function optionsOf(groups: Groups) {
  return groups
    .filter((group) => !group.is_archived)
    .flatMap((group) =>
      group.tags
        .filter((tag) => !tag.is_archived)
        .map((tag) => ({ value: tag.tag_id, label: `${group.name} · ${tag.name}` })),
    );
}

const useTagGroups = () => useQuery(tagGroupsQuery()).data?.rows;

export function TagFields({ condition, fault, onChange }: FieldsProps<TagCondition>) {
  const t = useTexts(conditionsTexts);
  const groups = useTagGroups();
  return (
    <>
      <Choice
        label={t.operator}
        value={condition.operator}
        words={t.tagOperators}
        keys={["any_of", "all_of"]}
        onChange={(operator) => onChange({ ...condition, operator })}
      />
      <PickSeveralField
        label={t.tags}
        options={groups && optionsOf(groups)}
        value={condition.tag_ids}
        fault={below(fault, "tag_ids") !== null}
        onChange={(tagIds) => onChange({ ...condition, tag_ids: tagIds })}
      />
    </>
  );
}
