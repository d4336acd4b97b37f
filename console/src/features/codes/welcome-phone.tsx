import { LinkOutlined, PictureOutlined } from "@ant-design/icons";
import { Select } from "antd";
import { useState } from "react";
import type { CodeDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { timeOf } from "./code-parts";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

const DAY_MINUTES = 24 * 60;

type Welcome = CodeDefinition["welcomes"][number];

/** When and for whom a welcome is. */
export function useWelcomeName() {
  const t = useTexts(codesTexts);
  return (welcome: Welcome, n: number) => {
    const time =
      welcome.begins === 0 && welcome.ends === DAY_MINUTES
        ? t.wholeDay
        : `${timeOf(welcome.begins)}–${timeOf(welcome.ends)}`;
    return `${n + 1}. ${time} · ${welcome.segment_id ? t.someSegment : t.anySegment}`;
  };
}

/** The chat that opens after the add, with one of the welcomes in it. */
export function WelcomePhone({ welcomes }: { welcomes: readonly Welcome[] }) {
  const t = useTexts(codesTexts);
  const nameOf = useWelcomeName();
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, welcomes.length - 1);
  const welcome = welcomes[at];
  return (
    <div className={styles.chat}>
      {welcomes.length > 1 && (
        <Select
          size="small"
          aria-label={t.variant}
          value={at}
          options={welcomes.map((each, n) => ({ value: n, label: nameOf(each, n) }))}
          onChange={setChosen}
        />
      )}
      <p className={styles.chatTime}>{t.addedLine}</p>
      {welcome && (
        <>
          <p className={styles.bubble}>{welcome.text || t.welcomeText(at + 1)}</p>
          {welcome.links.map((link, n) => (
            <div key={n} className={styles.card}>
              <div>
                <strong>{link.title || t.linkTitle}</strong>
                <span>{link.description || link.url}</span>
              </div>
              {link.picture_url ? <PictureOutlined aria-hidden /> : <LinkOutlined aria-hidden />}
            </div>
          ))}
        </>
      )}
    </div>
  );
}
