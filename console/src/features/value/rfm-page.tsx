import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { schemeSource } from "@/api/sources";
import type { RfmMatrix, RfmRow } from "@/api/types";
import {
  actOnRfm,
  createRfm,
  deleteRfm,
  rfmListQuery,
  rfmMatrixQuery,
  rfmTemplatesQuery,
  type Owner,
} from "@/api/value";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { ChosenPage, TemplateButtons } from "./chosen-page";
import { DefinitionActions } from "./definition-actions";
import { MovementPanel } from "./movement-panel";
import { PartMembers } from "./part-members";
import { RfmCuts } from "./rfm-cuts";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

interface CellsProps {
  matrix: RfmMatrix | undefined;
  chosen: string | null;
  onChoose: (key: string) => void;
}

function Cells({ matrix, chosen, onChoose }: CellsProps) {
  const t = useTexts(valueTexts);
  const { language } = useLanguage();
  const n = useNumberFormat();
  if (!matrix) return <Skeleton height={220} />;
  const all = matrix.cells.reduce((sum, cell) => sum + cell.customers, 0);
  return (
    <ul className={styles.cells}>
      {matrix.cells.map((cell) => {
        const share = all ? cell.customers / all : 0;
        return (
          <li key={cell.key}>
            <button
              type="button"
              className={styles.cell}
              aria-pressed={cell.key === chosen}
              style={{ "--weight": `${Math.round(Math.sqrt(share) * 50)}%` }}
              onClick={() => onChoose(cell.key)}
            >
              <span className={styles.cellName}>{cell[language]}</span>
              <span className={styles.count}>{t.people(n.whole(cell.customers))}</span>
              <span className={styles.quiet}>
                {n.share(share)} · {t.orders(n.whole(cell.orders))}
              </span>
              <span className={styles.quiet}>
                {n.moneyShort(cell.revenue_fen, matrix.currency)} ·{" "}
                {t.arpu(n.money(cell.arpu_fen, matrix.currency))}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Scheme({ scheme, onRemoved }: { scheme: RfmRow; onRemoved: () => void }) {
  const t = useTexts(valueTexts);
  const { language } = useLanguage();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const matrix = useQuery(rfmMatrixQuery(scheme.scheme_id, scheme.revision));
  const owner: Owner = { kind: "rfm", id: scheme.scheme_id };
  const parts = scheme.definition.cells.map((cell) => ({ key: cell.key, name: cell[language] }));
  const part = parts.find(({ key }) => key === chosen);
  const refresh = async () => {
    await queryClient.invalidateQueries({ queryKey: ["rfm-choices"] });
  };
  return (
    <div className={styles.stack}>
      <Panel
        title={t.cells}
        note={t.cellsNote}
        extra={
          <DefinitionActions
            design={scheme}
            writing={rights.writeRfm}
            publishing={rights.publishRfm}
            act={(act) => actOnRfm(scheme.scheme_id, act)}
            remove={() => deleteRfm(scheme.scheme_id)}
            onDone={refresh}
            onRemoved={onRemoved}
          />
        }
      >
        {matrix.error && !matrix.data ? (
          <ErrorState error={matrix.error} onRetry={() => void matrix.refetch()} />
        ) : (
          <Cells matrix={matrix.data} chosen={chosen} onChoose={setChosen} />
        )}
      </Panel>
      <PartMembers
        owner={owner}
        ownerName={scheme.name}
        part={part}
        isKept={part !== undefined && scheme.segments[part.key] !== undefined}
        onClose={() => setChosen(null)}
      />
      <MovementPanel owner={owner} parts={parts} />
      <RfmCuts scheme={scheme} />
    </div>
  );
}

function Templates({ onMade }: { onMade: (id: number) => void }) {
  const { data } = useQuery(rfmTemplatesQuery());
  return (
    <TemplateButtons
      rows={data?.rows}
      names={useTexts(valueTexts).templates}
      make={async (name, { definition }) => (await createRfm({ name, definition })).scheme_id}
      choices="rfm-choices"
      onMade={onMade}
    />
  );
}

/** Buyers by cell, how they move between cells, and where the cut-offs lie. */
export function RfmPage() {
  const t = useTexts(valueTexts);
  return (
    <ChosenPage
      source={schemeSource}
      list={useQuery(rfmListQuery())}
      place="scheme"
      right={rights.writeRfm}
      words={{ choose: t.choose, empty: t.empty, emptyText: t.emptyText }}
      templates={(onMade) => <Templates onMade={onMade} />}
    >
      {(scheme, onRemoved) => <Scheme key={scheme.scheme_id} scheme={scheme} onRemoved={onRemoved} />}
    </ChosenPage>
  );
}
