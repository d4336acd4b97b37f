import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { createSegment } from "@/api/segments";
import type { Condition, EstimateCondition, Ltv, LtvFit } from "@/api/types";
import { useNumberFormat, type NumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { useNotices } from "@/shared/ui/use-notices";
import { ltvTexts, type LtvTexts } from "./ltv-texts";
import styles from "./ltv.module.css";

interface Spot {
  alive: number;
  value: number;
}

const between = (name: string, cuts: readonly number[], at: number): EstimateCondition[] => {
  const asked = { kind: "estimate" as const, model: "value" as const, name };
  const from = at > 0 ? cuts[at - 1] : undefined;
  const to = cuts[at];
  return [
    ...(from === undefined ? [] : [{ ...asked, operator: "at_least" as const, value: from }]),
    ...(to === undefined ? [] : [{ ...asked, operator: "less_than" as const, value: to }]),
  ];
};

function aliveWords(cuts: readonly number[], at: number, n: NumberFormat, t: LtvTexts): string {
  return t.between(n.share(cuts[at - 1] ?? 0), n.share(cuts[at] ?? 1));
}

function valueWords(fit: LtvFit, at: number, n: NumberFormat, t: LtvTexts): string {
  const cuts = fit.value_cuts_fen;
  const from = cuts[at - 1];
  const to = cuts[at];
  const say = (fen: number) => n.moneyShort(fen, fit.currency);
  if (from === undefined) return to === undefined ? t.all : t.below(say(to));
  return to === undefined ? t.from(say(from)) : t.between(say(from), say(to));
}

interface MatrixProps {
  ltv: Ltv;
  fit: LtvFit;
}

function Chosen({ ltv, fit, spot, onClose }: MatrixProps & { spot: Spot; onClose: () => void }) {
  const t = useTexts(ltvTexts);
  const n = useNumberFormat();
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const alive = aliveWords(ltv.alive_cuts, spot.alive, n, t);
  const value = valueWords(fit, spot.value, n, t);
  const place = ltv.places.find((each) => each.alive === spot.alive && each.value === spot.value);
  const asked = [
    ...between("p_alive", ltv.alive_cuts, spot.alive),
    ...between("expected_value_fen", fit.value_cuts_fen, spot.value),
  ];
  const definition: Condition = { kind: "all", of: asked };
  const make = useMutation({
    mutationFn: () => createSegment({ name: t.segmentName(alive, value), definition }),
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
      await navigate(`/segments/${made.segment_id}/edit`);
    },
    onError: notices.failed,
  });
  return (
    <div className={styles.chosen} aria-live="polite">
      <span>
        <strong>{t.chosen(alive, value)}</strong>
        {" · "}
        {t.people(n.whole(place?.customers ?? 0))}
        {fit.expected_value_fen !== null &&
          ` · ${t.worth(n.moneyShort(place?.value_fen ?? 0, fit.currency))}`}
      </span>
      <span className={styles.deeds}>
        {may(rights.writeSegments) && (
          <Button type="primary" size="small" loading={make.isPending} onClick={() => make.mutate()}>
            {t.makeSegment}
          </Button>
        )}
        <Button size="small" onClick={onClose}>
          {t.close}
        </Button>
      </span>
    </div>
  );
}

/** Customers by how likely they still buy and by what they are worth. */
export function LtvMatrix({ ltv, fit }: MatrixProps) {
  const t = useTexts(ltvTexts);
  const n = useNumberFormat();
  const [spot, setSpot] = useState<Spot | null>(null);
  const rows = [...ltv.alive_cuts.map((_, at) => at + 1), 0].sort((a, b) => b - a);
  const columns = [0, ...fit.value_cuts_fen.map((_, at) => at + 1)];
  const byValue = fit.expected_value_fen !== null;
  const weightOf = (place: { customers: number; value_fen: number }) =>
    byValue ? place.value_fen : place.customers;
  const most = Math.max(1, ...ltv.places.map(weightOf));
  return (
    <Panel title={t.matrix} note={t.matrixNote}>
      <ScrollArea>
        <table className={styles.matrix}>
          <thead>
            <tr>
              <th scope="col">{t.aliveRow}</th>
              {columns.map((value) => (
                <th key={value} scope="col">
                  {valueWords(fit, value, n, t)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((alive) => (
              <tr key={alive}>
                <th scope="row">{aliveWords(ltv.alive_cuts, alive, n, t)}</th>
                {columns.map((value) => {
                  const place = ltv.places.find((each) => each.alive === alive && each.value === value);
                  const isChosen = spot?.alive === alive && spot.value === value;
                  return (
                    <td key={value}>
                      <button
                        type="button"
                        className={styles.place}
                        disabled={!place}
                        aria-pressed={isChosen}
                        style={{
                          "--weight": `${place ? Math.round(Math.sqrt(weightOf(place) / most) * 50) : 0}%`,
                        }}
                        onClick={() => setSpot(isChosen ? null : { alive, value })}
                      >
                        {place ? n.whole(place.customers) : "·"}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {spot && <Chosen ltv={ltv} fit={fit} spot={spot} onClose={() => setSpot(null)} />}
    </Panel>
  );
}
