import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Input, Modal, type InputRef } from "antd";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { catalogue } from "./catalogue";
import { catalogueTexts, type EntryName } from "./catalogue-texts";
import { conditionsTexts } from "./conditions-texts";
import styles from "./add-menu.module.css";

/** What is offered for what was typed: by name, by example, by group, by the other words people use. */
export function found(typed: string, t: (typeof catalogueTexts)["zh"]) {
  const sought = typed.trim().toLowerCase();
  return catalogue
    .map(({ group, entries }) => ({
      group,
      entries: entries.filter((entry) => {
        const { name, example, also } = t.entries[entry];
        return `${t.groups[group]} ${name} ${example} ${also}`.toLowerCase().includes(sought);
      }),
    }))
    .filter(({ entries }) => entries.length > 0);
}

/** Up and down go from one entry to the next, as in any menu. */
function walk(event: KeyboardEvent<HTMLElement>) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("input, button[data-entry]")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[Math.min(Math.max(at + by, 0), stops.length - 1)]?.focus();
}

function Entries({ onPick }: { onPick: (entry: EntryName) => void }) {
  const t = useTexts(conditionsTexts);
  const words = useTexts(catalogueTexts);
  const [typed, setTyped] = useState("");
  const groups = found(typed, words);
  const input = useRef<InputRef>(null);
  useEffect(() => {
    input.current?.focus({ preventScroll: true });
  }, []);
  return (
    // The keys are those of the entries within; the box itself is nothing to press.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div onKeyDown={walk}>
      <Input
        ref={input}
        prefix={<SearchOutlined aria-hidden />}
        aria-label={t.searchKinds}
        placeholder={t.searchKinds}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onPressEnter={() => {
          const first = groups[0]?.entries[0];
          if (first) onPick(first);
        }}
      />
      {groups.length === 0 && <p className={styles.none}>{t.noKind}</p>}
      <div className={styles.scroll}>
        <div className={styles.groups}>
          {groups.map(({ group, entries }) => (
            <section key={group} aria-label={words.groups[group]}>
              <h4 className={styles.groupName}>{words.groups[group]}</h4>
              {entries.map((entry) => (
                <button
                  key={entry}
                  type="button"
                  data-entry={entry}
                  className={styles.entry}
                  aria-label={words.entries[entry].name}
                  onClick={() => onPick(entry)}
                >
                  <span>{words.entries[entry].name}</span>
                  <span className={styles.example}>{words.entries[entry].example}</span>
                </button>
              ))}
            </section>
          ))}
        </div>
      </div>
    </div>
  );
}

/** Opens all that can be said of a customer, by meaning. */
export function AddMenu({ onPick }: { onPick: (entry: EntryName) => void }) {
  const t = useTexts(conditionsTexts);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<PlusOutlined aria-hidden />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {t.addCondition}
      </Button>
      {open && (
        <Modal open title={t.addCondition} footer={null} width={680} onCancel={() => setOpen(false)}>
          <Entries
            onPick={(entry) => {
              setOpen(false);
              onPick(entry);
            }}
          />
        </Modal>
      )}
    </>
  );
}
