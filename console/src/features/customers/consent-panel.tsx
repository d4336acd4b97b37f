import { CheckOutlined, CloseOutlined, MinusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState, type ReactNode } from "react";
import { consentMatrixQuery } from "@/api/consents";
import type { ConsentCell, ConsentMatrix, ConsentPurpose, Customer } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useLanguage } from "@/shared/i18n/language-context";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Hint } from "@/shared/ui/hint";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { consentTexts } from "./consent-texts";
import { LedgerDialog } from "./ledger-dialog";
import { RecordDialog } from "./record-dialog";
import styles from "./consent-panel.module.css";

export const ALL_CHANNELS = "*";

export type Mark = keyof (typeof consentTexts)["zh"]["marks"];

const ICONS: Record<Mark, ReactNode> = {
  granted: <CheckOutlined aria-hidden />,
  withdrawn: <CloseOutlined aria-hidden />,
  muted: <CheckOutlined aria-hidden />,
  unspoken: <MinusOutlined aria-hidden />,
  default: <CheckOutlined aria-hidden />,
};

/** What a cell of the matrix shows. "All channels" of a purpose by channel only ever says no. */
export function markOf(cell: ConsentCell, purpose: ConsentPurpose): Mark {
  if (cell.state === "withdrawn") return "withdrawn";
  if (purpose.by_channel && cell.channel === ALL_CHANNELS)
    return purpose.needs_consent ? "unspoken" : "default";
  if (cell.state === "granted") return cell.is_allowed ? "granted" : "muted";
  return cell.is_allowed ? "default" : "unspoken";
}

function Matrix({ matrix, onOpen }: { matrix: ConsentMatrix; onOpen: (cell: ConsentCell) => void }) {
  const t = useTexts(consentTexts);
  const vocabulary = useVocabulary();
  const { language } = useLanguage();
  const channels = [...new Set(matrix.cells.map((cell) => cell.channel))];
  const columnName = (channel: string) =>
    channel === ALL_CHANNELS ? t.all : vocabulary.say("channels", channel);
  return (
    <ScrollArea>
      <table className={styles.matrix} aria-label={t.matrix}>
        <thead>
          <tr>
            <th scope="col">{t.purpose}</th>
            {channels.map((channel) => (
              <th key={channel} scope="col">
                {columnName(channel)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.purposes.map((purpose) => (
            <tr key={purpose.name}>
              <th scope="row">
                <span className={styles.purpose}>
                  {vocabulary.say("purposes", purpose.name)}
                  <Hint label={`${t.purpose} · ${vocabulary.say("purposes", purpose.name)}`}>
                    {purpose[language]}
                  </Hint>
                </span>
              </th>
              {channels.map((channel) => {
                const cell = matrix.cells.find(
                  (each) => each.purpose === purpose.name && each.channel === channel,
                );
                if (!cell) return <td key={channel} />;
                const mark = markOf(cell, purpose);
                const label = `${vocabulary.say("purposes", purpose.name)} · ${columnName(channel)}`;
                return (
                  <td key={channel}>
                    <button
                      type="button"
                      className={`${styles.cell} ${styles[mark]}`}
                      aria-label={t.marked(label, t.marks[mark])}
                      title={t.marks[mark]}
                      onClick={() => onOpen(cell)}
                    >
                      {ICONS[mark]}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Legend({ matrix }: { matrix: ConsentMatrix }) {
  const t = useTexts(consentTexts);
  const purposeOf = new Map(matrix.purposes.map((purpose) => [purpose.name, purpose]));
  const shown = new Set(
    matrix.cells.flatMap((cell) => {
      const purpose = purposeOf.get(cell.purpose);
      return purpose ? [markOf(cell, purpose)] : [];
    }),
  );
  const marks = (Object.keys(ICONS) as Mark[]).filter((mark) => shown.has(mark));
  return (
    <ul className={styles.legend} aria-hidden="true">
      {marks.map((mark) => (
        <li key={mark}>
          <span className={`${styles.swatch} ${styles[mark]}`}>{ICONS[mark]}</span>
          {t.marks[mark]}
        </li>
      ))}
    </ul>
  );
}

/** What a customer allows, by purpose and channel; behind each cell every word that was said on it. */
export function ConsentPanel({ customer }: { customer: Customer }) {
  const t = useTexts(consentTexts);
  const may = useMay();
  const { data, error, refetch } = useQuery(consentMatrixQuery(customer.customer_id));
  const [opened, setOpened] = useState<ConsentCell | null>(null);
  const [recording, setRecording] = useState(false);
  const record = may(rights.writeConsents) && data && (
    <Button size="small" onClick={() => setRecording(true)}>
      {t.record}
    </Button>
  );
  return (
    <Panel title={t.title} hint={t.hint} extra={record}>
      {error && !data ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonLines lines={4} />
      ) : (
        <>
          <Matrix matrix={data} onOpen={setOpened} />
          <Legend matrix={data} />
        </>
      )}
      {opened && (
        <LedgerDialog customerId={customer.customer_id} cell={opened} onClose={() => setOpened(null)} />
      )}
      {recording && data && (
        <RecordDialog customerId={customer.customer_id} matrix={data} onClose={() => setRecording(false)} />
      )}
    </Panel>
  );
}
