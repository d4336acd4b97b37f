import type { SegmentCondition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { segmentSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import styles from "../builder.module.css";
import { conditionsTexts } from "../conditions-texts";
import { marked, Word, type FieldsProps } from "../fields/basics";

export function SegmentFields({ condition, fault, onChange }: FieldsProps<SegmentCondition>) {
  const t = useTexts(conditionsTexts);
  return (
    <>
      <Word>{t.inSegment}</Word>
      <PickOne
        source={segmentSource}
        label={t.segment}
        placeholder={t.segment}
        className={styles.pick}
        status={marked(fault !== null)}
        fits={({ status }) => status !== "draft"}
        value={condition.segment_id || null}
        onChange={(id) => id !== null && onChange({ ...condition, segment_id: id })}
      />
    </>
  );
}
