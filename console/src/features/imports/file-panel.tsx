import { Select } from "antd";
import type { ImportLook, ImportReading } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { importsTexts } from "./imports-texts";
import styles from "./imports.module.css";

const ENCODINGS = ["utf-8", "gb18030", "utf-16"] as const;
const DELIMITERS = ["comma", "tab", "semicolon", "pipe", "space"] as const;
const ROWS_SHOWN = 8;

interface FilePanelProps {
  look: ImportLook;
  onRead: (reading: ImportReading) => void;
}

function Preview({ look }: { look: ImportLook }) {
  const t = useTexts(importsTexts);
  return (
    // It scrolls, so the keyboard has to get into it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} role="region" aria-label={t.file.preview} tabIndex={0}>
      <table className={styles.preview}>
        <thead>
          <tr>
            <th scope="col" className={styles.line}>
              {t.file.line}
            </th>
            {look.columns.map((column) => (
              <th key={column} scope="col" title={column}>
                {column || "—"}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {look.rows.slice(0, ROWS_SHOWN).map((row) => (
            <tr key={row.line} className={row.fault ? styles.badRow : undefined}>
              <td className={styles.line}>{row.line}</td>
              {row.fault ? (
                <td colSpan={look.columns.length}>{t.file.badRow}</td>
              ) : (
                row.cells.map((cell, place) => (
                  <td key={look.columns[place]} title={cell}>
                    {cell}
                  </td>
                ))
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the file was taken for, its beginning, and the means to take it for something else. */
export function FilePanel({ look, onRead }: FilePanelProps) {
  const t = useTexts(importsTexts);
  const n = useNumberFormat();
  const { reading } = look;
  const hasOptions = look.format === "text" || look.format === "json_lines" || look.sheets.length > 1;
  return (
    <Panel
      title={t.file.title}
      note={
        look.format === "text"
          ? `${t.file.more(n.whole(look.columns.length))} · ${t.file.note}`
          : t.file.more(n.whole(look.columns.length))
      }
      extra={<StatusTag tone="info">{t.formats[look.format]}</StatusTag>}
    >
      {hasOptions && (
        <div className={styles.options}>
          {reading.encoding && (
            <Field label={t.file.encoding}>
              {(control) => (
                <Select
                  {...control}
                  aria-label={t.file.encoding}
                  value={reading.encoding}
                  onChange={(encoding) => onRead({ ...reading, encoding })}
                  options={ENCODINGS.map((value) => ({ value, label: t.encodings[value] }))}
                />
              )}
            </Field>
          )}
          {reading.delimiter && (
            <Field label={t.file.delimiter}>
              {(control) => (
                <Select
                  {...control}
                  aria-label={t.file.delimiter}
                  value={reading.delimiter}
                  onChange={(delimiter) => onRead({ ...reading, delimiter })}
                  options={DELIMITERS.map((value) => ({ value, label: t.delimiters[value] }))}
                />
              )}
            </Field>
          )}
          {look.sheets.length > 1 && (
            <Field label={t.file.sheet}>
              {(control) => (
                <Select
                  {...control}
                  aria-label={t.file.sheet}
                  value={reading.sheet}
                  onChange={(sheet) => onRead({ ...reading, sheet })}
                  options={look.sheets.map((value) => ({ value, label: value }))}
                />
              )}
            </Field>
          )}
        </div>
      )}
      <Preview look={look} />
    </Panel>
  );
}
