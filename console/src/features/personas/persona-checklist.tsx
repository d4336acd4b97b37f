import { Checkbox } from "antd";
import { dressPersonaAccount } from "@/api/personas";
import type { PersonaAccount, PersonaRow } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { Panel } from "@/shared/ui/panel";
import { ScrollArea } from "@/shared/ui/scroll-area";
import { personasTexts } from "./personas-texts";
import { usePersonaChange } from "./use-persona-change";
import styles from "./personas.module.css";

interface Row {
  item: string;
}

/** What every account has to be dressed with, and what is done. */
export function PersonaChecklist({ persona }: { persona: PersonaRow }) {
  const t = useTexts(personasTexts);
  const time = useTimeFormat();
  const may = useMay();
  const act = usePersonaChange();
  if (persona.accounts.length === 0) return null;
  const cell = (account: PersonaAccount, item: string) => {
    const done = account.dressed.find((each) => each.item === item);
    return (
      <>
        <Checkbox
          aria-label={`${account.name || account.account} · ${item}`}
          checked={done !== undefined}
          disabled={!may(rights.writePersonas) || act.isPending}
          onChange={(event) =>
            act.mutate({
              change: () =>
                dressPersonaAccount(persona.persona_id, account.account_id, item, event.target.checked),
            })
          }
        />
        {done && <div className={styles.done}>{t.doneBy(done.done_by, time.day(done.done_on))}</div>}
      </>
    );
  };
  const columns: Column<Row>[] = [
    { key: "item", title: t.item, cell: (row) => row.item },
    ...persona.accounts.map((account) => ({
      key: String(account.account_id),
      title: account.name || account.account,
      cell: (row: Row) => cell(account, row.item),
    })),
  ];
  return (
    <Panel title={t.checklist} note={t.checklistNote} flush>
      {persona.dressing.length === 0 ? (
        <p className={styles.padded}>{t.noChecklist}</p>
      ) : (
        <ScrollArea>
          <DataTable
            label={t.checklist}
            columns={columns}
            rows={persona.dressing.map((item) => ({ item }))}
            rowKey={(row) => row.item}
          />
        </ScrollArea>
      )}
    </Panel>
  );
}
