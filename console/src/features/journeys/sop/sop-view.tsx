import { CalendarOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import { PlusOutlined } from "@ant-design/icons";
import { useState, type DragEvent } from "react";
import type { JourneyDocument, JourneyFault, NodeKind } from "@/api/journey-document";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { useNotices } from "@/shared/ui/use-notices";
import { AddNodeMenu } from "../add-node-menu";
import { groupOf, kindsFor, newNode } from "../node-kinds";
import { portText, titleOf } from "../node-summary";
import { nodeTexts } from "../node-texts";
import { nodeOf } from "../ports";
import { AddTime } from "./add-time";
import { addAct, addTime, moveAct, readSop, type SopItem, type SopSlot } from "./sop";
import { SopCard } from "./sop-card";
import { SopDrawer } from "./sop-drawer";
import { sopTexts } from "./sop-texts";
import { byDay, slotText, whenText } from "./sop-when";
import styles from "./sop.module.css";

interface SopViewProps {
  document: JourneyDocument;
  /** Absent where it is only looked at; with it, it stands in an `EditContext`. */
  onChange?: ((document: JourneyDocument) => void) | undefined;
  faults?: readonly JourneyFault[];
}

interface Acting {
  faults: readonly JourneyFault[];
  kinds: readonly NodeKind[];
  dragged: string | null;
  onOpen: ((key: string) => void) | undefined;
  onDrag: (key: string | null) => void;
  onDrop: (key: string, slot: SopSlot) => void;
  onAdd: ((slot: SopSlot, kind: NodeKind) => void) | undefined;
}

function Lane({ item, acting }: { item: Extract<SopItem, { kind: "lane" }>; acting: Acting }) {
  const t = useTexts(sopTexts);
  const words = useTexts(nodeTexts);
  return (
    <details className={styles.lane}>
      <summary>
        {t.ways(titleOf(item.node, words))}{" "}
        <span className={styles.kind}>{t.wayCount(item.ways.length)}</span>
      </summary>
      <SopCard
        node={item.node}
        faults={acting.faults.filter(({ node }) => node === item.node.key)}
        onOpen={acting.onOpen && (() => acting.onOpen?.(item.node.key))}
      />
      <div className={styles.ways}>
        {item.ways.map((way) => (
          <section key={way.port.name} className={styles.way}>
            <h4 className={styles.wayName}>{portText(item.node, way.port, words) ?? words.ports.next}</h4>
            {way.slots.map((slot, n) => (
              <div key={n} className={styles.waySlot}>
                {slot.wait && <p className={styles.time}>{slotText(slot, t, words)}</p>}
                <Items slot={slot} acting={acting} />
              </div>
            ))}
            <p className={styles.note}>{item.meets ? t.goesOn : t.endsHere}</p>
          </section>
        ))}
      </div>
    </details>
  );
}

function Items({ slot, acting }: { slot: SopSlot; acting: Acting }) {
  return (
    <>
      {slot.items.map((item) =>
        item.kind === "lane" ? (
          <Lane key={item.node.key} item={item} acting={acting} />
        ) : (
          <SopCard
            key={item.node.key}
            node={item.node}
            faults={acting.faults.filter(({ node }) => node === item.node.key)}
            onOpen={acting.onOpen && (() => acting.onOpen?.(item.node.key))}
            onDrag={acting.onOpen && acting.onDrag}
          />
        ),
      )}
    </>
  );
}

function Slot({ slot, acting }: { slot: SopSlot; acting: Acting }) {
  const t = useTexts(sopTexts);
  const words = useTexts(nodeTexts);
  const [isOver, setOver] = useState(false);
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (acting.dragged === null) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      if (acting.dragged !== null) acting.onDrop(acting.dragged, slot);
    },
  };
  return (
    <div className={isOver ? `${styles.slot} ${styles.over}` : styles.slot} {...drop}>
      <p className={styles.time}>{whenText(slot.when, t, words)}</p>
      <div className={styles.items}>
        <Items slot={slot} acting={acting} />
        {slot.items.length === 0 && <p className={styles.note}>{t.empty}</p>}
        {acting.onAdd && (
          <AddNodeMenu
            kinds={acting.kinds}
            onAdd={(kind) => acting.onAdd?.(slot, kind)}
            placement="bottomLeft"
          >
            <Button size="small" type="text" className={styles.add ?? ""} icon={<PlusOutlined aria-hidden />}>
              {t.add}
            </Button>
          </AddNodeMenu>
        )}
      </div>
    </div>
  );
}

/** A journey as days and times with what is said and done; the same document as on the canvas. */
export function SopView({ document, onChange, faults = [] }: SopViewProps) {
  const t = useTexts(sopTexts);
  const words = useTexts(nodeTexts);
  const notices = useNotices();
  const [open, setOpen] = useState<string | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const sop = readSop(document);
  const kinds = kindsFor(document.subject)
    .map(({ kind }) => kind)
    .filter((kind) => groupOf(kind) === "do");
  // what a SOP is mostly made of comes first
  const first: readonly NodeKind[] = ["message", "group_message", "moment", "task"];
  const offered = [
    ...first.filter((kind) => kinds.includes(kind)),
    ...kinds.filter((kind) => !first.includes(kind)),
  ];
  const made = (kind: NodeKind) => newNode(kind, { way: String, arm: (letter) => letter });
  const add = (day: number, at: string, kind: NodeKind) => {
    const grown = addTime(document, day, at, kind, made(kind));
    if (grown.key === null) {
      notices.failed(new Error(t.noPlace));
      return;
    }
    onChange?.(grown.document);
    setOpen(grown.key);
  };
  if (sop.refusal === "empty") {
    return (
      <EmptyState
        icon={<CalendarOutlined aria-hidden />}
        title={t.emptyTitle}
        text={t.emptyText}
        action={onChange && <AddTime label={t.addTime} day={1} kinds={offered} onAdd={add} />}
      />
    );
  }
  if (sop.refusal !== null) {
    const at = nodeOf(document, sop.at);
    return (
      <Alert
        type="info"
        showIcon
        title={t.refusals[sop.refusal]}
        description={at && t.at(titleOf(at, words))}
      />
    );
  }
  const acting: Acting = {
    faults: faults.filter((fault) => !fault.is_warning),
    kinds,
    dragged,
    onOpen: onChange && setOpen,
    onDrag: setDragged,
    onDrop: (key, slot) => {
      setDragged(null);
      onChange?.(moveAct(document, key, slot));
    },
    onAdd:
      onChange &&
      ((slot, kind) => {
        const grown = addAct(document, slot, kind, made(kind));
        onChange(grown.document);
        setOpen(grown.key);
      }),
  };
  const days = byDay(sop.slots);
  const last = days.at(-1)?.day ?? 0;
  return (
    <section className={styles.sop} aria-label={t.label}>
      {document.goal_text && <p className={styles.goal}>{document.goal_text}</p>}
      <ol className={styles.days}>
        {days.map(({ day, slots }, n) => (
          <li key={n} className={styles.day}>
            <h3 className={styles.dayName}>{day === 0 ? t.firstDay : t.day(day)}</h3>
            <div className={styles.slots}>
              {slots.map((slot, at) => (
                <Slot key={slot.wait?.key ?? `start-${at}`} slot={slot} acting={acting} />
              ))}
              {onChange && <AddTime label={t.addTime} day={day} kinds={offered} onAdd={add} />}
            </div>
          </li>
        ))}
      </ol>
      {onChange && (
        <div className={styles.foot}>
          <AddTime label={t.addDay} day={Math.min(last + 1, 366)} kinds={offered} onAdd={add} />
          <span className={styles.note}>{t.dragNote}</span>
        </div>
      )}
      {open !== null && onChange && (
        <SopDrawer
          document={document}
          slots={sop.slots}
          open={open}
          faults={faults}
          onChange={onChange}
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}
