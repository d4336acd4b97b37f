import { CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { Ref } from "react";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { reasonOf } from "../edit-context";
import { NodeIcon } from "../node-icons";
import { titleOf } from "../node-summary";
import { nodeTexts } from "../node-texts";
import { nodeOf } from "../ports";
import { SettingsForm } from "../settings/settings-form";
import { editorTexts } from "./editor-texts";
import { NodePanel } from "./node-panel";
import type { JourneyEdit } from "./use-journey-edit";
import type { Selection } from "./use-selection";
import styles from "./editor.module.css";

interface SidePanelProps {
  edit: JourneyEdit;
  selection: Selection;
  /** Where the keyboard goes when a node is opened. */
  body: Ref<HTMLDivElement>;
  /** Shuts the drawer that it stands in, where it stands in one. */
  onClose?: () => void;
}

/** The form of what is chosen; the settings of the whole journey where nothing is. */
export function SidePanel({ edit, selection, body, onClose }: SidePanelProps) {
  const t = useTexts(editorTexts);
  const words = useTexts(nodeTexts);
  const { language } = useLanguage();
  const { keys } = selection;
  const node = keys.length === 1 ? nodeOf(edit.document, keys[0] ?? null) : undefined;
  const title = node ? titleOf(node, words) : keys.length > 1 ? t.manyChosen(keys.length) : t.settings;
  const faultOf = (path: string) => {
    const found = edit.faults.find(
      (fault) => fault.node === null && (fault.path === path || fault.path.startsWith(`${path}.`)),
    );
    return found && reasonOf(found, language);
  };
  return (
    <aside className={styles.side} aria-label={title}>
      <header className={styles.sideHead}>
        {node && (
          <span className={styles.sideIcon}>
            <NodeIcon kind={node.kind} />
          </span>
        )}
        <h2 className={styles.sideTitle}>{title}</h2>
        {(onClose ?? (keys.length > 0 ? selection.clear : null)) && (
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined aria-hidden />}
            aria-label={t.close}
            onClick={onClose ?? selection.clear}
          />
        )}
      </header>
      <div ref={body} className={styles.sideBody}>
        {node && <NodePanel node={node} edit={edit} selection={selection} />}
        {keys.length > 1 && (
          <div className={styles.form}>
            <p className={styles.note}>{t.manyNote}</p>
            <div className={styles.tools}>
              <Button size="small" onClick={selection.duplicate}>
                {t.duplicateMany(keys.length)}
              </Button>
              <Button size="small" danger onClick={selection.remove}>
                {t.removeMany(keys.length)}
              </Button>
            </div>
          </div>
        )}
        {keys.length === 0 && (
          <SettingsForm
            document={edit.document}
            faultOf={faultOf}
            onChange={(part) =>
              edit.change((document) => ({ ...document, ...part }), `settings:${Object.keys(part).join()}`)
            }
          />
        )}
      </div>
    </aside>
  );
}
