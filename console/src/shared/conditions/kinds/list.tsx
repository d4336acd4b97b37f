import { useInfiniteQuery } from "@tanstack/react-query";
import { listListQuery } from "@/api/lists";
import type { ListCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { Word, type FieldsProps } from "../fields/basics";
import { PickField } from "../fields/pick-field";
import { useAllPages } from "../fields/use-all-pages";

export function ListFields({ condition, fault, onChange }: FieldsProps<ListCondition>) {
  const t = useTexts(conditionsTexts);
  const rows = useAllPages(useInfiniteQuery(listListQuery()));
  return (
    <>
      <Word>{t.onList}</Word>
      <PickField
        label={t.list}
        options={rows?.map(({ list_id: value, name: label }) => ({ value, label }))}
        value={condition.list_id || null}
        fault={fault !== null}
        onChange={(listId) => onChange({ ...condition, list_id: listId })}
      />
    </>
  );
}
