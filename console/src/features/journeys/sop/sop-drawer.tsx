import { DeleteOutlined } from "@ant-design/icons";
import { Button, Drawer, Input, Select } from "antd";
import type { JourneyDocument, JourneyFault } from "@/api/journey-document";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { faultsBelow } from "../edit-context";
import { editorTexts } from "../editor/editor-texts";
import { NodeForm } from "../forms/node-form";
import { changedNode } from "../journey-draft";
import { titleOf } from "../node-summary";
import { nodeTexts } from "../node-texts";
import { nodeOf } from "../ports";
import { TimeFields } from "./add-time";
import { moveAct, moveSlot, removeAct, type SopSlot } from "./sop";
import { sopTexts } from "./sop-texts";
import { slotText } from "./sop-when";
import styles from "./sop.module.css";

interface SopDrawerProps {
  document: JourneyDocument;
  slots: readonly SopSlot[];
  open: string;
  faults: readonly JourneyFault[];
  onChange: (document: JourneyDocument) => void;
  onClose: () => void;
}

/** What is done, its words, and when: all that dragging does can be done here too. */
export function SopDrawer({ document, slots, open, faults, onChange, onClose }: SopDrawerProps) {
  const t = useTexts(sopTexts);
  const editor = useTexts(editorTexts);
  const words = useTexts(nodeTexts);
  const { language } = useLanguage();
  const node = nodeOf(document, open);
  if (!node) return null;
  const at = document.nodes.findIndex(({ key }) => key === open);
  const slot = slots.find(({ items }) => items.some((item) => item.node.key === open));
  const faultOf = faultsBelow(faults, `nodes.${at}`, language);
  return (
    <Drawer
      open
      size={440}
      title={titleOf(node, words)}
      closable={{ "aria-label": t.close }}
      onClose={onClose}
      extra={
        <Button
          size="small"
          danger
          icon={<DeleteOutlined aria-hidden />}
          onClick={() => {
            onChange(removeAct(document, open));
            onClose();
          }}
        >
          {t.remove}
        </Button>
      }
    >
      <div className={styles.form}>
        {slot?.when.kind === "day" && slot.when.at !== "best_hour" && (
          <TimeFields
            day={slot.when.day}
            at={slot.when.at}
            onDay={(day) => slot.when.kind === "day" && onChange(moveSlot(document, slot, day, slot.when.at))}
            onAt={(time) =>
              slot.when.kind === "day" && time && onChange(moveSlot(document, slot, slot.when.day, time))
            }
          />
        )}
        {slot && slots.length > 1 && (
          <Field label={t.moveTo}>
            {(control) => (
              <Select<number>
                {...control}
                value={slots.indexOf(slot)}
                options={slots.map((each, n) => ({ value: n, label: slotText(each, t, words) }))}
                onChange={(n) => {
                  const to = slots[n];
                  if (to) onChange(moveAct(document, open, to));
                }}
              />
            )}
          </Field>
        )}
        <NodeForm
          key={open}
          node={node}
          faultOf={faultOf}
          onChange={(next) => onChange(changedNode(document, open, next))}
        />
        <Field label={editor.nodeName} note={editor.nodeNameNote} error={faultOf("name")}>
          {(control) => (
            <Input
              {...control}
              maxLength={60}
              placeholder={words.kinds[node.kind]}
              value={node.name ?? ""}
              onChange={(event) =>
                onChange(changedNode(document, open, { ...node, name: event.target.value || null }))
              }
            />
          )}
        </Field>
      </div>
    </Drawer>
  );
}
