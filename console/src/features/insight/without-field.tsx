import { CloseOutlined, StopOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { EventMatch } from "@/api/types";
import { useBook } from "@/shared/conditions/book";
import { Word } from "@/shared/conditions/fields/basics";
import { useTexts } from "@/shared/i18n/texts";
import { EventChoices } from "./event-choices";
import { insightTexts } from "./insight-texts";
import styles from "./insight.module.css";

interface WithoutFieldProps {
  value: readonly EventMatch[];
  onChange: (events: EventMatch[]) => void;
}

/** What must not be done between a step and the one before. */
export function WithoutField({ value, onChange }: WithoutFieldProps) {
  const t = useTexts(insightTexts);
  const book = useBook();
  if (value.length === 0) {
    return (
      <Button
        type="text"
        size="small"
        icon={<StopOutlined aria-hidden />}
        onClick={() => onChange([{ event: book.events[0]?.name ?? "", where: [] }])}
      >
        {t.addWithout}
      </Button>
    );
  }
  return (
    <div className={styles.match}>
      <Word>{t.without}</Word>
      <EventChoices label={t.without} value={value} onChange={onChange} />
      <Button
        type="text"
        size="small"
        icon={<CloseOutlined aria-hidden />}
        aria-label={t.removeWithout}
        title={t.removeWithout}
        onClick={() => onChange([])}
      />
    </div>
  );
}
