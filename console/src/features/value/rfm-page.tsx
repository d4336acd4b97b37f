import { RiseOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { schemeSource } from "@/api/sources";
import type { RfmMatrix, RfmRow, RfmTemplate } from "@/api/types";
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
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { PickOne, useNamed } from "@/shared/ui/picker";
import { Skeleton, SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { DefinitionActions } from "./definition-actions";
import { MovementPanel } from "./movement-panel";
import { PartMembers } from "./part-members";
import { RfmCuts } from "./rfm-cuts";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

function TemplateButtons({ onMade }: { onMade: (id: number) => void }) {
  const t = useTexts(valueTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data } = useQuery(rfmTemplatesQuery());
  const make = useMutation({
    mutationFn: ({ template, definition }: RfmTemplate) =>
      createRfm({ name: t.templates[template], definition }),
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["rfm-choices"] });
      onMade(made.scheme_id);
    },
    onError: notices.failed,
  });
  return (
    <>
      {data?.rows.map((row) => (
        <Button
          key={row.template}
          loading={make.isPending && make.variables.template === row.template}
          onClick={() => make.mutate(row)}
        >
          {t.templates[row.template]}
        </Button>
      ))}
    </>
  );
}

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
  const may = useMay();
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
            name={scheme.name}
            status={scheme.status}
            hasDraft={scheme.draft_definition !== null}
            mayPublish={may(rights.publishRfm)}
            mayWrite={may(rights.writeRfm)}
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
      {part && (
        <PartMembers
          owner={owner}
          ownerName={scheme.name}
          part={part}
          isKept={scheme.segments[part.key] !== undefined}
          onClose={() => setChosen(null)}
        />
      )}
      <MovementPanel owner={owner} parts={parts} />
      <RfmCuts scheme={scheme} />
    </div>
  );
}

/** Buyers by cell, how they move between cells, and where the cut-offs lie. */
export function RfmPage() {
  const t = useTexts(valueTexts);
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const [begun, setBegun] = useState<number | null>(null);
  const asked = Number(search.get("scheme"));
  const wanted = asked || (begun ?? 0);
  const found = useNamed(schemeSource, wanted > 0 ? [wanted] : []).get(wanted);
  const { data, error, refetch } = useQuery(rfmListQuery());
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <Panel>
        <SkeletonLines lines={6} />
      </Panel>
    );
  const choose = (id: number | null) =>
    setSearch(id === null ? {} : { scheme: String(id) }, { replace: true });
  const shown =
    data.rows.find(({ scheme_id: id }) => id === wanted) ??
    found ??
    data.rows.findLast(({ status }) => status === "live") ??
    data.rows[0];
  // It stays the one that is looked at when a colleague puts another in force.
  if (shown && begun === null) setBegun(shown.scheme_id);
  if (!shown)
    return (
      <Panel>
        <EmptyState
          icon={<RiseOutlined aria-hidden />}
          title={t.empty}
          text={may(rights.writeRfm) ? t.emptyText : t.lead}
          action={may(rights.writeRfm) && <TemplateButtons onMade={choose} />}
        />
      </Panel>
    );
  return (
    <>
      <div className={styles.toolbar}>
        <PickOne
          source={schemeSource}
          label={t.choose}
          className={styles.chosen}
          value={shown.scheme_id}
          onChange={choose}
        />
        {may(rights.writeRfm) && (
          <div className={styles.templates}>
            <span className={styles.quiet}>{t.startFrom}</span>
            <TemplateButtons onMade={choose} />
          </div>
        )}
      </div>
      <Scheme key={shown.scheme_id} scheme={shown} onRemoved={() => choose(null)} />
    </>
  );
}
