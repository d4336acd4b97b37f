import { Button } from "antd";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";

/** What a reason is called. */
export function useReason() {
  const t = useTexts(sendsTexts);
  const vocabulary = useVocabulary();
  const own: Readonly<Record<string, string>> = t.reasons;
  // Elsewhere a reason ends a sentence; here it stands alone.
  return (key: string) => {
    const said = own[key] ?? vocabulary.say("reasons", key);
    return said.charAt(0).toUpperCase() + said.slice(1);
  };
}

interface ReasonsProps {
  label: string;
  rows: readonly { key: string; count: number }[];
  /** Where people behind a reason can be seen. */
  onOpen?: ((key: string) => void) | undefined;
}

/** How many for which reason, each with a bar against the largest. */
export function Reasons({ label, rows, onOpen }: ReasonsProps) {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const say = useReason();
  const most = Math.max(1, ...rows.map((row) => row.count));
  return (
    <ul className={styles.reasons} aria-label={label}>
      {rows.map((row) => (
        <li key={row.key}>
          <span className={styles.reasonName}>
            {onOpen ? (
              <Button
                type="link"
                size="small"
                className={styles.reasonLink ?? ""}
                aria-label={t.seeWho(say(row.key))}
                onClick={() => onOpen(row.key)}
              >
                {say(row.key)}
              </Button>
            ) : (
              say(row.key)
            )}
          </span>
          <span className={styles.count}>{n.whole(row.count)}</span>
          <span className={styles.track} aria-hidden="true">
            <span style={{ inlineSize: `${(row.count / most) * 100}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
