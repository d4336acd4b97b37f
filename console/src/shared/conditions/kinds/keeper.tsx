import { useInfiniteQuery } from "@tanstack/react-query";
import { staffListQuery } from "@/api/company";
import type { KeeperCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { Word, type FieldsProps } from "../fields/basics";
import { PickSeveralField } from "../fields/pick-field";
import { useAllPages } from "../fields/use-all-pages";

export function KeeperFields({ condition, fault, onChange }: FieldsProps<KeeperCondition>) {
  const t = useTexts(conditionsTexts);
  const rows = useAllPages(useInfiniteQuery(staffListQuery()));
  return (
    <>
      <Word>{t.keptBy}</Word>
      <PickSeveralField
        label={t.staff}
        options={rows?.map(({ staff_id: value, name: label }) => ({ value, label }))}
        value={condition.staff_ids}
        fault={fault !== null}
        onChange={(staffIds) => onChange({ ...condition, staff_ids: staffIds })}
      />
    </>
  );
}
