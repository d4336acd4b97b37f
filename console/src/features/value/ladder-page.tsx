import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { paced } from "@/api/live";
import { ladderSource } from "@/api/sources";
import type { LadderRow } from "@/api/types";
import {
  actOnLadder,
  createLadder,
  deleteLadder,
  ladderListQuery,
  ladderTemplatesQuery,
  ladderValuesQuery,
  type Owner,
} from "@/api/value";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { ChosenPage, TemplateButtons } from "./chosen-page";
import { DefinitionActions } from "./definition-actions";
import { LadderEditor } from "./ladder-editor";
import { MovementPanel } from "./movement-panel";
import { PartMembers } from "./part-members";
import { StageDealing, isTooLarge } from "./stage-dealing";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

interface StepsProps {
  ladder: LadderRow;
  branches: boolean;
  chosen: string | null;
  onChoose: (key: string) => void;
}

function Steps({ ladder, branches, chosen, onChoose }: StepsProps) {
  const t = useTexts(valueTexts);
  const { language } = useLanguage();
  const n = useNumberFormat();
  const { data: values } = useQuery(ladderValuesQuery(ladder.ladder_id, ladder.revision));
  const most = Math.max(1, ...ladder.stages.map(({ size }) => size ?? 0));
  const stages = ladder.definition.stages.filter((stage) => stage.is_branch === branches);
  return (
    <ol className={branches ? styles.branches : styles.steps}>
      {stages.map((stage, place) => {
        const shown = ladder.stages.find(({ key }) => key === stage.key);
        const size = shown?.size ?? null;
        const worth = values?.rows.find((row) => row.stage === stage.key);
        const sentence = language === "zh" ? shown?.sentence_zh : shown?.sentence_en;
        return (
          <li key={stage.key} style={{ "--rise": branches ? 0 : place }}>
            <button
              type="button"
              className={styles.cell}
              aria-pressed={stage.key === chosen}
              title={sentence}
              style={{ "--weight": `${Math.round(Math.sqrt((size ?? 0) / most) * 40)}%` }}
              onClick={() => onChoose(stage.key)}
            >
              <span className={styles.cellName}>{stage[language]}</span>
              <span className={styles.count}>{size === null ? "—" : t.people(n.whole(size))}</span>
              {isTooLarge(ladder, stage.key) && (
                <StatusTag tone="amber">{t.tooLarge(n.whole(stage.size_max ?? 0))}</StatusTag>
              )}
              {shown?.segment_id != null && size === null && (
                <span className={styles.quiet}>{t.counting}</span>
              )}
              {values && worth && (
                <span className={styles.quiet}>
                  {n.moneyShort(worth.revenue_fen, values.currency)} ·{" "}
                  {t.arpu(n.money(worth.arpu_fen, values.currency))}
                </span>
              )}
              <span className={styles.sentence}>{stage.goal || sentence}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

/** A ladder to look at; while it is edited its rules stand in its place. */
export function Ladder({ ladder, onRemoved }: { ladder: LadderRow; onRemoved: () => void }) {
  const t = useTexts(valueTexts);
  const { language } = useLanguage();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const [edited, setEdited] = useState<LadderRow | null>(null);
  if (edited) return <LadderEditor ladder={edited} present={ladder} onClose={() => setEdited(null)} />;
  const owner: Owner = { kind: "ladder", id: ladder.ladder_id };
  const parts = ladder.definition.stages.map((stage) => ({ key: stage.key, name: stage[language] }));
  const part = parts.find(({ key }) => key === chosen);
  const hasBranches = ladder.definition.stages.some((stage) => stage.is_branch);
  return (
    <div className={styles.stack}>
      <Panel
        title={t.stages}
        note={t.stageNote}
        extra={
          <DefinitionActions
            design={ladder}
            writing={rights.writeLadders}
            publishing={rights.publishLadders}
            onEdit={() => setEdited(ladder)}
            act={(act) => actOnLadder(ladder.ladder_id, act)}
            remove={() => deleteLadder(ladder.ladder_id)}
            onDone={() => queryClient.invalidateQueries({ queryKey: ["ladder-choices"] })}
            onRemoved={onRemoved}
          />
        }
      >
        <Steps ladder={ladder} branches={false} chosen={chosen} onChoose={setChosen} />
        {hasBranches && (
          <>
            <h3 className={styles.branchTitle}>{t.branches}</h3>
            <Steps ladder={ladder} branches chosen={chosen} onChoose={setChosen} />
          </>
        )}
      </Panel>
      <PartMembers
        owner={owner}
        ownerName={ladder.name}
        part={part}
        isKept={ladder.stages.some(({ key, segment_id: id }) => key === part?.key && id !== null)}
        onClose={() => setChosen(null)}
      />
      <StageDealing ladder={ladder} />
      <MovementPanel owner={owner} parts={parts} />
    </div>
  );
}

function Templates({ onMade }: { onMade: (id: number) => void }) {
  const { data } = useQuery(ladderTemplatesQuery());
  return (
    <TemplateButtons
      rows={data?.rows}
      names={useTexts(valueTexts).ladderTemplates}
      make={async (name, { definition }) => (await createLadder({ name, definition })).ladder_id}
      choices="ladder-choices"
      onMade={onMade}
    />
  );
}

/** The ladder as steps with who stands on them, their movements, and the rules. */
export function LadderPage() {
  const t = useTexts(valueTexts);
  return (
    <ChosenPage
      source={ladderSource}
      list={useQuery({ ...ladderListQuery(), refetchInterval: paced(15_000) })}
      place="ladder"
      right={rights.writeLadders}
      words={{ choose: t.chooseLadder, empty: t.emptyLadder, emptyText: t.emptyLadderText }}
      templates={(onMade) => <Templates onMade={onMade} />}
    >
      {(ladder, onRemoved) => <Ladder key={ladder.ladder_id} ladder={ladder} onRemoved={onRemoved} />}
    </ChosenPage>
  );
}
