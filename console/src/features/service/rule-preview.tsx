import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { useState } from "react";
import { serviceTrialQuery } from "@/api/service";
import type { ServiceRuleDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { useDebounced } from "@/shared/ui/use-debounced";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

const PAUSE_MS = 350;

interface RulePreviewProps {
  definition: ServiceRuleDefinition;
  isBroken: boolean;
}

/** A phone on which the rules answer what is typed; nothing is sent. */
export function RulePreview({ definition, isBroken }: RulePreviewProps) {
  const t = useTexts(serviceTexts);
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const rested = useDebounced(definition, PAUSE_MS);
  const trial = useQuery({
    ...serviceTrialQuery({ definition: rested, text: asked, unmatched: 0, is_first: false, at: null }),
    placeholderData: keepPreviousData,
  });
  const answer = trial.data;
  const broken = isBroken || (trial.error !== null && !trial.isPlaceholderData);
  return (
    <Panel title={t.preview} note={broken ? t.previewBroken : t.previewNote} className={styles.sticky}>
      <div className={broken ? `${styles.phone} ${styles.stale}` : styles.phone}>
        <div className={styles.screen}>
          {answer && (answer.greeting !== "" || answer.questions.length > 0) && (
            <div className={styles.theirs}>
              <div className={styles.bubble}>
                {answer.greeting}
                {answer.questions.map((question) => (
                  <button
                    key={question}
                    type="button"
                    className={styles.tap}
                    onClick={() => setAsked(question)}
                  >
                    {question}
                  </button>
                ))}
              </div>
            </div>
          )}
          {answer && asked !== "" && (
            <>
              <div className={styles.ours}>
                <p className={styles.bubble}>{asked}</p>
              </div>
              <div className={styles.theirs}>
                <p className={styles.bubble}>{answer.text || t.nothing}</p>
                <p className={styles.who}>
                  {[t.byRule[answer.rule], t.goes[answer.hand_over]].filter(Boolean).join(" · ")}
                </p>
              </div>
            </>
          )}
        </div>
        <div className={styles.type}>
          <Input
            aria-label={t.tryText}
            placeholder={t.tryText}
            maxLength={500}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onPressEnter={() => {
              setAsked(text.trim());
              setText("");
            }}
          />
        </div>
      </div>
    </Panel>
  );
}
