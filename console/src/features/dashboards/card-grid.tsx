import { DeleteOutlined, EditOutlined, HolderOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { metricSource } from "@/api/sources";
import type { CardNumbers, DashboardCard, DashboardDefinition } from "@/api/types";
import { FileButton } from "@/shared/files/file-button";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { useNamed } from "@/shared/ui/picker";
import { CardBody, CardName, useCardName, type Shown } from "./card-body";
import { dashboardsTexts } from "./dashboards-texts";
import { arranged, COLUMNS, stepped, type Place, type Step } from "./grid";
import styles from "./dashboards.module.css";

const ROW = 72;
const GAP = 12;

const STEPS: Record<string, [Step, Step]> = {
  ArrowLeft: ["left", "narrower"],
  ArrowRight: ["right", "wider"],
  ArrowUp: ["up", "higher"],
  ArrowDown: ["down", "lower"],
};

interface Held {
  key: string;
  how: "move" | "resize";
  from: Place;
  x: number;
  y: number;
}

interface CardProps extends Shown {
  dashboard: DashboardDefinition;
  isEditing: boolean;
  isHeld: boolean;
  onHold: (event: PointerEvent<HTMLElement>, how: Held["how"]) => void;
  onKey: (event: KeyboardEvent<HTMLElement>) => void;
  onEdit: () => void;
  onRemove: () => void;
}

function Card({ dashboard, isEditing, isHeld, onHold, onKey, onEdit, onRemove, ...shown }: CardProps) {
  const t = useTexts(dashboardsTexts);
  const { card, numbers } = shown;
  const name = useCardName(shown);
  const { x, y, w, h } = card.place;
  const hasTable = Boolean(card.kind === "metric" ? numbers?.series : numbers?.question);
  return (
    <section
      aria-label={name}
      className={isHeld ? `${styles.card} ${styles.held}` : styles.card}
      style={{ gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}` }}
    >
      {(card.kind !== "text" || isEditing) && (
        <header className={styles.cardHead}>
          {isEditing && (
            <button
              type="button"
              className={styles.handle}
              aria-label={t.handle(name)}
              title={t.handleHelp}
              onPointerDown={(event) => onHold(event, "move")}
              onKeyDown={onKey}
            >
              <HolderOutlined aria-hidden />
            </button>
          )}
          <h2 className={styles.cardTitle}>
            <CardName {...shown} />
          </h2>
          {isEditing ? (
            <>
              <Button
                type="text"
                size="small"
                icon={<EditOutlined aria-hidden />}
                aria-label={`${t.editCard} · ${name}`}
                onClick={onEdit}
              />
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined aria-hidden />}
                aria-label={`${t.removeCard} · ${name}`}
                onClick={onRemove}
              />
            </>
          ) : (
            hasTable && <FileButton bare label={name} wish={{ of: "card", dashboard, key: card.key }} />
          )}
        </header>
      )}
      <div className={styles.cardBody}>
        <CardBody {...shown} height={h * ROW + (h - 1) * GAP} />
      </div>
      {isEditing && (
        <span
          aria-hidden="true"
          className={styles.corner}
          title={t.resize(name)}
          onPointerDown={(event) => onHold(event, "resize")}
        />
      )}
    </section>
  );
}

interface CardGridProps {
  dashboard: DashboardDefinition;
  numbers: readonly CardNumbers[] | undefined;
  isEditing: boolean;
  onCards: (cards: DashboardCard[]) => void;
  onEdit: (card: DashboardCard) => void;
}

/** Cards in their grid; while editing they are dragged, resized, and moved by the keyboard. */
export function CardGrid({ dashboard, numbers, isEditing, onCards, onEdit }: CardGridProps) {
  const t = useTexts(dashboardsTexts);
  const grid = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<Held | null>(null);
  const [said, setSaid] = useState("");
  const cards = arranged(dashboard.cards);
  const may = useMay();
  const metrics = useNamed(
    metricSource,
    cards.flatMap((card) => (card.kind === "metric" ? card.metric_id : [])),
    may(rights.readMetrics),
  );

  const hold = (card: DashboardCard, event: PointerEvent<HTMLElement>, how: Held["how"]) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.focus();
    grid.current?.setPointerCapture(event.pointerId);
    setHeld({ key: card.key, how, from: card.place, x: event.clientX, y: event.clientY });
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (!held || !grid.current) return;
    const column = (grid.current.clientWidth + GAP) / COLUMNS;
    const dx = Math.round((event.clientX - held.x) / column);
    const dy = (event.clientY - held.y) / (ROW + GAP);
    const { from } = held;
    const place =
      held.how === "move"
        ? { ...from, x: from.x + dx, y: Math.max(-0.5, from.y + dy) }
        : { ...from, w: from.w + dx, h: from.h + Math.round(dy) };
    onCards(arranged(dashboard.cards, { key: held.key, place }));
  };
  const step = (card: DashboardCard, event: KeyboardEvent<HTMLElement>) => {
    const steps = STEPS[event.key];
    if (!steps) return;
    event.preventDefault();
    const next = stepped(cards, card.key, steps[event.shiftKey ? 1 : 0]);
    const place = next.find(({ key }) => key === card.key)?.place ?? card.place;
    const name = event.currentTarget.closest("section")?.getAttribute("aria-label") ?? "";
    setSaid(t.placed(name, place.x + 1, place.y + 1, place.w, place.h));
    onCards(next);
  };
  return (
    <>
      <div
        ref={grid}
        className={styles.grid}
        onPointerMove={held ? drag : undefined}
        onPointerUp={() => setHeld(null)}
        onPointerCancel={() => setHeld(null)}
      >
        {cards.map((card) => (
          <Card
            key={card.key}
            card={card}
            numbers={numbers?.find(({ key }) => key === card.key)}
            metric={card.kind === "metric" ? metrics.get(card.metric_id) : undefined}
            dashboard={dashboard}
            isEditing={isEditing}
            isHeld={held?.key === card.key}
            onHold={(event, how) => hold(card, event, how)}
            onKey={(event) => step(card, event)}
            onEdit={() => onEdit(card)}
            onRemove={() => onCards(arranged(dashboard.cards.filter(({ key }) => key !== card.key)))}
          />
        ))}
      </div>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </>
  );
}
