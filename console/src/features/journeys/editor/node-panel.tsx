import { CopyOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import type { JourneyNode } from "@/api/journey-document";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { AddNodeMenu } from "../add-node-menu";
import { faultsBelow, reasonsOf, useEditing } from "../edit-context";
import { NodeForm } from "../forms/node-form";
import { changedNode, connected, spotAfter } from "../journey-draft";
import { kindsFor } from "../node-kinds";
import { portText, titleOf } from "../node-summary";
import { nodeTexts } from "../node-texts";
import { portsOf } from "../ports";
import { editorTexts } from "./editor-texts";
import type { JourneyEdit } from "./use-journey-edit";
import type { Selection } from "./use-selection";
import styles from "./editor.module.css";

const END = "@end";

/** Where each way out leads: what lines on the canvas do, without a mouse. */
function Leads({ node, edit }: { node: JourneyNode; edit: JourneyEdit }) {
  const t = useTexts(editorTexts);
  const words = useTexts(nodeTexts);
  const options = [
    { value: END, label: words.end },
    ...edit.document.nodes.map((each) => ({
      value: each.key,
      label: each.name ?? `${titleOf(each, words)} · ${each.key}`,
    })),
  ];
  return (
    <section aria-label={t.leads} className={styles.leads}>
      <h3 className={styles.groupName}>{t.leads}</h3>
      {portsOf(node).map((port) => (
        <Field key={port.name} label={portText(node, port, words) ?? words.ports.next}>
          {(control) => (
            <Select<string>
              {...control}
              showSearch={{ optionFilterProp: "label" }}
              value={port.to ?? END}
              options={options}
              onChange={(to) =>
                edit.change((document) =>
                  connected(document, { node: node.key, port: port.name }, to === END ? null : to),
                )
              }
            />
          )}
        </Field>
      ))}
    </section>
  );
}

interface NodePanelProps {
  node: JourneyNode;
  edit: JourneyEdit;
  selection: Selection;
}

/** All of one node: what it is called and says, where it leads, what can be done with it. */
export function NodePanel({ node, edit, selection }: NodePanelProps) {
  const t = useTexts(editorTexts);
  const words = useTexts(nodeTexts);
  const { language } = useLanguage();
  const { subject } = useEditing();
  const at = edit.document.nodes.findIndex(({ key }) => key === node.key);
  const faultOf = faultsBelow(edit.faults, `nodes.${at}`, language);
  const own = edit.faults.filter((fault) => fault.node === node.key);
  const set = (next: JourneyNode) =>
    edit.change((document) => changedNode(document, node.key, next), `node:${node.key}`);
  return (
    <div className={styles.form}>
      <div className={styles.tools}>
        <AddNodeMenu
          kinds={kindsFor(subject).map(({ kind }) => kind)}
          onAdd={(kind) => selection.insert(spotAfter(edit.document, node.key), kind)}
        >
          <Button size="small" icon={<PlusOutlined aria-hidden />}>
            {t.addAfter}
          </Button>
        </AddNodeMenu>
        <Button size="small" icon={<CopyOutlined aria-hidden />} onClick={selection.duplicate}>
          {t.duplicate}
        </Button>
        <Button size="small" danger icon={<DeleteOutlined aria-hidden />} onClick={selection.remove}>
          {t.remove}
        </Button>
      </div>
      {own.length > 0 && (
        <ul className={styles.reasons} role="alert">
          {[false, true].flatMap((warns) =>
            reasonsOf(
              own.filter((fault) => fault.is_warning === warns),
              language,
            ).map((reason) => (
              <li key={reason} className={warns ? styles.warns : styles.fault}>
                {reason}
              </li>
            )),
          )}
        </ul>
      )}
      <NodeForm key={node.key} node={node} faultOf={faultOf} onChange={set} />
      <Field label={t.nodeName} note={t.nodeNameNote} error={faultOf("name")}>
        {(control) => (
          <Input
            {...control}
            maxLength={60}
            placeholder={words.kinds[node.kind]}
            value={node.name ?? ""}
            onChange={(event) => set({ ...node, name: event.target.value || null })}
          />
        )}
      </Field>
      <Leads node={node} edit={edit} />
    </div>
  );
}
