import { ExclamationCircleFilled, PlusOutlined } from "@ant-design/icons";
import { Button, Drawer } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { AddNodeMenu } from "../add-node-menu";
import { useEditing } from "../edit-context";
import { kindsFor } from "../node-kinds";
import { NodeIcon, WhenIcon } from "../node-icons";
import { portText, summaryOf, titleOf, triggerText } from "../node-summary";
import { nodeOf, portsOf, walkOrder } from "../ports";
import { spotAfter } from "../journey-draft";
import { editorTexts } from "./editor-texts";
import { SidePanel } from "./side-panel";
import type { JourneyEdit } from "./use-journey-edit";
import type { Selection } from "./use-selection";
import styles from "./editor.module.css";

interface NodeListProps {
  edit: JourneyEdit;
  selection: Selection;
}

/** The nodes in the order of the walk, each with where it leads: the canvas for narrow screens. */
export function NodeList({ edit, selection }: NodeListProps) {
  const t = useTexts(editorTexts);
  const { names, subject } = useEditing();
  const { wording } = names;
  const { document, faults } = edit;
  const kinds = kindsFor(subject).map(({ kind }) => kind);
  const nodes = walkOrder(document).flatMap((key) => nodeOf(document, key) ?? []);
  const nameOf = (key: string | null) => {
    const node = nodeOf(document, key);
    return node ? titleOf(node, wording.t) : wording.t.end;
  };
  const faulty = new Set(faults.filter(({ is_warning: warns }) => !warns).map(({ node }) => node));
  return (
    <div className={styles.narrow}>
      <p className={styles.note}>{t.phoneNote}</p>
      <ol className={styles.nodeList} aria-label={t.list}>
        <li>
          <button type="button" className={styles.nodeRow} onClick={selection.settings}>
            <WhenIcon />
            <span className={styles.nodeWords}>
              <strong>{t.settings}</strong>
              <span>
                {document.triggers.map((trigger) => triggerText(trigger, wording)).join(" · ") ||
                  wording.t.noTrigger}
              </span>
            </span>
            {faulty.has(null) && <ExclamationCircleFilled aria-hidden className={styles.fault ?? ""} />}
          </button>
        </li>
        {nodes.map((node) => (
          <li key={node.key}>
            <button
              type="button"
              className={styles.nodeRow}
              onClick={() => selection.choose([node.key], false)}
            >
              <NodeIcon kind={node.kind} />
              <span className={styles.nodeWords}>
                <strong>{titleOf(node, wording.t)}</strong>
                <span>{summaryOf(node, wording)}</span>
                {portsOf(node).map((port) => (
                  <span key={port.name} className={styles.note}>
                    {portText(node, port, wording.t) ?? wording.t.ports.next} → {nameOf(port.to)}
                  </span>
                ))}
              </span>
              {faulty.has(node.key) && <ExclamationCircleFilled aria-hidden className={styles.fault ?? ""} />}
            </button>
          </li>
        ))}
      </ol>
      <AddNodeMenu
        kinds={kinds}
        onAdd={(kind) => selection.insert(spotAfter(document, null), kind)}
        placement="top"
      >
        <Button icon={<PlusOutlined aria-hidden />}>
          {document.nodes.length === 0 ? t.addFirst : t.addAfter}
        </Button>
      </AddNodeMenu>
      <Drawer
        open={selection.selected.size > 0}
        placement="bottom"
        size="85%"
        aria-label={t.settings}
        closable={false}
        onClose={selection.clear}
        styles={{ body: { padding: 0 } }}
      >
        <SidePanel edit={edit} selection={selection} body={null} onClose={selection.clear} />
      </Drawer>
    </div>
  );
}
