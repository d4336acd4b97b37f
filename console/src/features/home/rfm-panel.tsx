import { Tooltip } from "antd";
import { Link } from "react-router";
import type { RfmCell, Summary } from "@/api/types";
import { peopleWith } from "@/shared/customers/people-behind";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { homeTexts } from "./home-texts";
import styles from "./rfm-panel.module.css";

type CellName = RfmCell["cell"];

/** Rows: bought lately, not for a while. Columns: often, seldom. */
const BLOCKS: readonly (readonly ["important" | "general", readonly CellName[]])[] = [
  ["important", ["important_value", "important_develop", "important_keep", "important_retain"]],
  ["general", ["general_value", "general_develop", "general_keep", "general_retain"]],
];

interface CellProps {
  name: CellName;
  summary: Summary;
  /** The axes, in words. */
  meaning: string;
}

function Cell({ name, summary, meaning }: CellProps) {
  const t = useTexts(homeTexts);
  const { language } = useLanguage();
  const n = useNumberFormat();
  const cell = summary.rfm.find((candidate) => candidate.cell === name);
  const customers = cell?.customers ?? 0;
  const all = summary.rfm.reduce((sum, each) => sum + each.customers, 0);
  const share = all ? customers / all : 0;
  const explanation = (
    <>
      <p>{summary.definitions[name]?.[language] ?? meaning}</p>
      <p>{t.advice[name]}</p>
    </>
  );
  return (
    <Tooltip title={explanation} trigger={["hover", "focus"]}>
      <Link
        to={
          summary.scheme_id === null
            ? "/value"
            : peopleWith({ kind: "rfm", scheme_id: summary.scheme_id, cells: [name] }, "revenue")
        }
        className={styles.cell}
        // A root makes small layers visible without letting one giant drown the rest.
        style={{ "--weight": `${Math.round(Math.sqrt(share) * 100)}%` }}
      >
        <span className={styles.name}>{t.cells[name]}</span>
        <span className={styles.count}>{t.people(n.whole(customers))}</span>
        <span className={styles.more}>
          {n.share(share)} · {n.moneyShort(cell?.revenue_fen ?? 0, summary.currency)}
        </span>
      </Link>
    </Tooltip>
  );
}

export function RfmPanel({ summary }: { summary: Summary | undefined }) {
  const t = useTexts(homeTexts);
  const { language } = useLanguage();
  const rows = [t.recent, t.lapsed];
  const columns = [t.often, t.seldom];
  return (
    <Panel title={t.rfm} hint={summary?.definitions.rfm?.[language]} note={t.rfmNote}>
      {!summary ? (
        <Skeleton height={260} />
      ) : (
        <div className={styles.blocks}>
          {BLOCKS.map(([block, names]) => (
            <div
              key={block}
              role="group"
              aria-label={t[block]}
              className={`${styles.block} ${styles[block]}`}
            >
              <span className={styles.blockName}>{t[block]}</span>
              <span aria-hidden="true" />
              {columns.map((column) => (
                <span key={column} className={styles.column}>
                  {column}
                </span>
              ))}
              {rows.map((row, y) => [
                <span key={row} className={styles.row}>
                  {row}
                </span>,
                ...names
                  .slice(y * 2, y * 2 + 2)
                  .map((name, x) => (
                    <Cell
                      key={name}
                      name={name}
                      summary={summary}
                      meaning={[t[block], row, columns[x]].join(" · ")}
                    />
                  )),
              ])}
            </div>
          ))}
        </div>
      )}
    </Panel>
  );
}
