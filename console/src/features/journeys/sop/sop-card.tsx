import { Tag } from "antd";
import { useContext } from "react";
import type { JourneyFault, JourneyNode } from "@/api/journey-document";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { textOfAnybody } from "@/shared/materials/places";
import { EditContext, reasonOf } from "../edit-context";
import { NodeIcon } from "../node-icons";
import { summaryOf, type Wording } from "../node-summary";
import { nodeTexts } from "../node-texts";
import { sopTexts } from "./sop-texts";
import styles from "./sop.module.css";

/** What somebody gets to read or say, as it is where nothing is known of them; null where the node has no such text. */
function bodyOf(node: JourneyNode, sayAttribute: (name: string) => string): string | null {
  const text = "body" in node ? node.body : node.kind === "task" ? node.script : "";
  return text ? textOfAnybody(text, sayAttribute) : null;
}

/** How nodes are told in one line; by their numbers alone where nothing else is known here. */
export function useWording(): Wording {
  const t = useTexts(nodeTexts);
  const editing = useContext(EditContext);
  const vocabulary = useVocabulary();
  return (
    editing?.names.wording ?? {
      t,
      say: (topic, name) => vocabulary.say(topic, name),
      nameOf: () => undefined,
    }
  );
}

interface SopCardProps {
  node: JourneyNode;
  faults: readonly JourneyFault[];
  onOpen?: (() => void) | undefined;
  onDrag?: ((key: string | null) => void) | undefined;
}

/** One thing done at a time: what, by which way, and its words. */
export function SopCard({ node, faults, onOpen, onDrag }: SopCardProps) {
  const t = useTexts(sopTexts);
  const words = useTexts(nodeTexts);
  const { language } = useLanguage();
  const wording = useWording();
  const told = "title" in node && node.title ? node.title : null;
  const title = node.name ?? told ?? words.kinds[node.kind];
  const body = bodyOf(node, (name) => wording.say("attributes", name));
  const inside = (
    <>
      <span className={styles.cardHead}>
        <span className={styles.icon}>
          <NodeIcon kind={node.kind} />
        </span>
        <span className={styles.cardTitle}>{title}</span>
        {node.kind === "message" && (
          <Tag className={styles.tag ?? ""}>{wording.say("channels", node.channel)}</Tag>
        )}
        {title !== words.kinds[node.kind] && node.kind !== "message" && (
          <span className={styles.kind}>{words.kinds[node.kind]}</span>
        )}
      </span>
      <span className={styles.words}>{body ?? summaryOf(node, wording)}</span>
      {faults.length > 0 && (
        <span className={styles.fault}>
          {faults[0] ? reasonOf(faults[0], language) : t.faults(faults.length)}
        </span>
      )}
    </>
  );
  if (!onOpen) return <div className={styles.card}>{inside}</div>;
  return (
    <button
      type="button"
      className={styles.card}
      draggable={onDrag !== undefined}
      onClick={onOpen}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/plain", node.key);
        event.dataTransfer.effectAllowed = "move";
        onDrag?.(node.key);
      }}
      onDragEnd={() => onDrag?.(null)}
    >
      {inside}
    </button>
  );
}
