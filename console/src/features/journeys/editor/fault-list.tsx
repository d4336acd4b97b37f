import { CheckCircleOutlined, WarningFilled } from "@ant-design/icons";
import { Button, Popover } from "antd";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { WHEN } from "../canvas/layout";
import { reasonOf } from "../edit-context";
import { titleOf } from "../node-summary";
import { nodeTexts } from "../node-texts";
import { nodeOf } from "../ports";
import { editorTexts } from "./editor-texts";
import type { JourneyEdit } from "./use-journey-edit";
import styles from "./editor.module.css";

interface FaultListProps {
  edit: JourneyEdit;
  onJump: (key: string) => void;
}

/** What is to be mended before publication, each leading to its node. */
export function FaultList({ edit, onJump }: FaultListProps) {
  const t = useTexts(editorTexts);
  const words = useTexts(nodeTexts);
  const { language } = useLanguage();
  const { faults } = edit;
  if (edit.isChecking && faults.length === 0) return <span className={styles.note}>{t.checking}</span>;
  if (!edit.isChecked) return <span className={styles.note}>{t.unchecked}</span>;
  if (faults.length === 0)
    return (
      <span className={styles.sound}>
        <CheckCircleOutlined aria-hidden /> {t.sound}
      </span>
    );
  const nameOf = (key: string | null) => {
    const node = nodeOf(edit.document, key);
    return node ? titleOf(node, words) : t.whole;
  };
  const list = (
    <ul className={styles.faults} aria-label={t.faultsTitle}>
      {faults.map((fault) => (
        <li key={`${fault.path}:${fault.reason}`}>
          <button
            type="button"
            className={styles.faultRow}
            onClick={() => onJump(fault.node ?? WHEN)}
            aria-label={`${t.goTo(nameOf(fault.node))}: ${reasonOf(fault, language)}`}
          >
            <strong>{nameOf(fault.node)}</strong>
            <span className={fault.is_warning ? styles.warns : undefined}>{reasonOf(fault, language)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
  const isStopping = faults.some(({ is_warning: warns }) => !warns);
  return (
    <Popover trigger="click" placement="bottomRight" title={t.faultsTitle} content={list}>
      <Button
        size="small"
        type="text"
        className={(isStopping ? styles.fault : styles.warns) ?? ""}
        icon={<WarningFilled aria-hidden />}
      >
        {t.faults(faults.length)}
      </Button>
    </Popover>
  );
}
