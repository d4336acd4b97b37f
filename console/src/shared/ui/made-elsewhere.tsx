import { EyeOutlined } from "@ant-design/icons";
import { useTexts } from "@/shared/i18n/texts";
import type { Right } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { definitionTexts } from "./definition-texts";
import styles from "./made-elsewhere.module.css";

interface MadeElsewhereProps {
  row: { is_made_elsewhere: boolean };
  /** Who holds it could change what their own unit made. */
  right: Right;
}

/** Where the buttons would stand that change something: why there are none. */
export function MadeElsewhere({ row, right }: MadeElsewhereProps) {
  const t = useTexts(definitionTexts);
  const may = useMay();
  if (!row.is_made_elsewhere || !may(right)) return null;
  return (
    <span className={styles.note}>
      <EyeOutlined aria-hidden />
      {t.elsewhere}
    </span>
  );
}
