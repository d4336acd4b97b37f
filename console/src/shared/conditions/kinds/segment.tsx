import { useInfiniteQuery } from "@tanstack/react-query";
import { segmentListQuery } from "@/api/segments";
import type { SegmentCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { conditionsTexts } from "../conditions-texts";
import { Word, type FieldsProps } from "../fields/basics";
import { PickField } from "../fields/pick-field";
import { useAllPages } from "../fields/use-all-pages";

export function SegmentFields({ condition, fault, onChange }: FieldsProps<SegmentCondition>) {
  const t = useTexts(conditionsTexts);
  const rows = useAllPages(useInfiniteQuery(segmentListQuery()));
  return (
    <>
      <Word>{t.inSegment}</Word>
      <PickField
        label={t.segment}
        options={rows
          ?.filter(({ status }) => status !== "draft")
          .map(({ segment_id: value, name: label }) => ({ value, label }))}
        value={condition.segment_id || null}
        fault={fault !== null}
        onChange={(segmentId) => onChange({ ...condition, segment_id: segmentId })}
      />
    </>
  );
}
