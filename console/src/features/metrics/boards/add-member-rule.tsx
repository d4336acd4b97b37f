import { Button, Select } from "antd";
import { useState } from "react";
import type { MetricBoard, NewMetricRule } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { boardsTexts } from "./boards-texts";
import styles from "./boards.module.css";

const PERCENT = 30;

interface AddMemberRuleProps {
  board: MetricBoard;
  labels: ReadonlyMap<string, string>;
  onAdd: (rule: NewMetricRule) => void;
}

/** Which metric of whom is to be watched. */
export function AddMemberRule({ board, labels, onAdd }: AddMemberRuleProps) {
  const t = useTexts(boardsTexts);
  const { language } = useLanguage();
  const [metricId, setMetricId] = useState<number | null>(null);
  const [member, setMember] = useState("");
  const chosen = metricId ?? board.columns[0]?.metric_id;
  if (chosen === undefined) return null;
  const members = board.rows.filter((row) => row.group.kind === "value").map((row) => row.group.key);
  return (
    <div className={styles.deeds}>
      <Select
        aria-label={t.metric}
        style={{ minWidth: 140 }}
        value={chosen}
        onChange={setMetricId}
        options={board.columns.map((each) => ({ value: each.metric_id, label: each[language] }))}
      />
      <Select
        aria-label={t.member}
        style={{ minWidth: 140 }}
        showSearch={{ optionFilterProp: "label" }}
        value={member}
        onChange={setMember}
        options={[
          { value: "", label: t.anyMember },
          ...members.map((value) => ({ value, label: labels.get(value) ?? value })),
        ]}
      />
      <Button
        onClick={() =>
          onAdd({
            metric_id: chosen,
            grain: board.grain,
            trigger: "fell",
            threshold: PERCENT,
            dimension: board.dimension,
            member,
            post_url: "",
          })
        }
      >
        {t.addRule}
      </Button>
    </div>
  );
}
