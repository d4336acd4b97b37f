import { TableOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Popover } from "antd";
import { vocabularyQuery } from "@/api/vocabulary";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { listTexts } from "./list-texts";
import styles from "./list.module.css";

const MOST = 20;

function Choices({
  columns,
  onChoose,
}: {
  columns: readonly string[];
  onChoose: (columns: string[]) => void;
}) {
  const t = useTexts(listTexts);
  const may = useMay();
  const vocabulary = useVocabulary();
  const { data } = useQuery({ ...vocabularyQuery(), enabled: may(rights.readSegments) });
  const own = Object.entries(t.columns).map(([name, label]) => ({ name, label }));
  const attributes = (data?.attributes ?? [])
    .filter(({ name, examples }) => name !== "name" && name !== "city" && examples.length > 0)
    .map(({ name }) => ({ name: `attribute:${name}`, label: vocabulary.say("attributes", name) }));
  const box = ({ name, label }: { name: string; label: string }) => (
    <Checkbox
      key={name}
      checked={columns.includes(name)}
      disabled={!columns.includes(name) && columns.length >= MOST}
      onChange={(event) =>
        onChoose(event.target.checked ? [...columns, name] : columns.filter((each) => each !== name))
      }
    >
      {label}
    </Checkbox>
  );
  return (
    <div className={styles.choices}>
      <p className={styles.quiet}>{t.columnsText}</p>
      <div role="group" aria-label={t.columnsTitle} className={styles.boxes}>
        {own.map(box)}
      </div>
      {attributes.length > 0 && (
        <>
          <strong className={styles.legend}>{t.attributes}</strong>
          <div role="group" aria-label={t.attributes} className={styles.boxes}>
            {attributes.map(box)}
          </div>
        </>
      )}
    </div>
  );
}

/** What the list shows, ticked by who looks at it. */
export function ColumnsButton(props: { columns: readonly string[]; onChoose: (columns: string[]) => void }) {
  const t = useTexts(listTexts);
  return (
    <Popover trigger="click" placement="bottomRight" title={t.columnsTitle} content={<Choices {...props} />}>
      <Button icon={<TableOutlined aria-hidden />}>{t.columnsButton}</Button>
    </Popover>
  );
}
