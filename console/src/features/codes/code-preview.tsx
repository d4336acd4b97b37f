import { Segmented } from "antd";
import { useState } from "react";
import type { CodeDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { codesTexts } from "./codes-texts";
import { WelcomePhone } from "./welcome-phone";
import styles from "./codes.module.css";

interface CodePreviewProps {
  code: CodeDefinition;
  html: string;
  isBroken: boolean;
}

/** What a visitor sees: the page, and then the chat with what they are greeted with. */
export function CodePreview({ code, html, isBroken }: CodePreviewProps) {
  const t = useTexts(codesTexts);
  const [shown, setShown] = useState<"page" | "chat">("page");
  const hasChat = code.mode !== "groups" && code.mode !== "stores" && code.welcomes.length > 0;
  const isChat = hasChat && shown === "chat";
  const note = isBroken ? t.previewBroken : isChat ? t.previewChatNote : t.previewNotes[code.mode];
  return (
    <Panel title={t.preview} note={note} className={styles.sticky}>
      {hasChat && (
        <Segmented
          block
          className={styles.choice ?? ""}
          aria-label={t.preview}
          value={shown}
          options={[
            { value: "page", label: t.previewPage },
            { value: "chat", label: t.previewChat },
          ]}
          onChange={setShown}
        />
      )}
      <div className={isBroken ? `${styles.phone} ${styles.stale}` : styles.phone}>
        {isChat ? (
          <WelcomePhone welcomes={code.welcomes} />
        ) : html === "" ? (
          <p className={styles.unseen}>{t.previewNone}</p>
        ) : (
          <iframe title={t.preview} srcDoc={html} sandbox="" />
        )}
      </div>
    </Panel>
  );
}
