import type { NodeKind } from "@/api/journey-document";
import { useTexts } from "@/shared/i18n/texts";
import { DRAGGED_KIND } from "../canvas/dragged-kind";
import { groupOf, NODE_GROUPS } from "../node-kinds";
import { NodeIcon } from "../node-icons";
import { nodeTexts } from "../node-texts";
import { editorTexts } from "./editor-texts";
import styles from "./editor.module.css";

interface PaletteProps {
  kinds: readonly NodeKind[];
  isFull: boolean;
  onAdd: (kind: NodeKind) => void;
}

/** What a journey is made of: dragged onto the canvas, or pressed, which puts it behind what is chosen. */
export function Palette({ kinds, isFull, onAdd }: PaletteProps) {
  const t = useTexts(nodeTexts);
  const words = useTexts(editorTexts);
  return (
    <nav className={styles.palette} aria-label={words.palette}>
      <p className={styles.note}>{isFull ? words.tooMany : words.paletteNote}</p>
      {NODE_GROUPS.map((group) => {
        const here = kinds.filter((kind) => groupOf(kind) === group);
        if (here.length === 0) return null;
        return (
          <section key={group} aria-label={t.groups[group]}>
            <h2 className={styles.groupName}>{t.groups[group]}</h2>
            {here.map((kind) => (
              <button
                key={kind}
                type="button"
                draggable={!isFull}
                disabled={isFull}
                className={`${styles.piece} ${styles[group]}`}
                onClick={() => onAdd(kind)}
                onDragStart={(event) => {
                  event.dataTransfer.setData(DRAGGED_KIND, kind);
                  event.dataTransfer.effectAllowed = "copy";
                }}
              >
                <NodeIcon kind={kind} />
                {t.kinds[kind]}
              </button>
            ))}
          </section>
        );
      })}
    </nav>
  );
}
