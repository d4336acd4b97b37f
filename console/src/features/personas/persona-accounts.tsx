import { MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { notePersonaComplaint, removePersonaAccount } from "@/api/personas";
import type { PersonaAccount, PersonaRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { presentTime } from "@/shared/format/present";
import { businessDay, useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { AccountDialog } from "./account-dialog";
import { personasTexts } from "./personas-texts";
import { usePersonaChange } from "./use-persona-change";
import styles from "./personas.module.css";

const DAY_MS = 86_400_000;

const today = () => businessDay(presentTime().toISOString());
const daysSince = (day: string) => Math.round((Date.parse(today()) - Date.parse(day)) / DAY_MS);

function State({ account }: { account: PersonaAccount }) {
  const t = useTexts(personasTexts);
  const listed = useWordList();
  const time = useTimeFormat();
  if (account.throttled.length > 0)
    return (
      <span title={account.throttled_at ? t.since(time.ago(account.throttled_at)) : ""}>
        <StatusTag tone="amber">{listed(account.throttled.map((each) => t.reasons[each]))}</StatusTag>
      </span>
    );
  if (account.looked_at === null) return <StatusTag tone="quiet">{t.unseen}</StatusTag>;
  return <StatusTag tone="brand">{t.fine}</StatusTag>;
}

function Menu({ persona, account }: { persona: PersonaRow; account: PersonaAccount }) {
  const t = useTexts(personasTexts);
  const { modal } = App.useApp();
  const act = usePersonaChange();
  const [id, name] = [persona.persona_id, account.name || account.account];
  const complain = () =>
    act.mutate({
      change: () => notePersonaComplaint(id, account.account_id, today()),
      text: t.complained,
    });
  const remove = () => {
    modal.confirm({
      title: t.removeSure(name),
      content: t.removeText,
      okText: t.remove,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () =>
        act
          .mutateAsync({ change: () => removePersonaAccount(id, account.account_id), text: t.removed })
          .catch(() => undefined),
    });
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "complain", label: t.complain, onClick: complain },
          { key: "remove", label: t.remove, danger: true, onClick: remove },
        ],
      }}
    >
      <Button
        type="text"
        size="small"
        icon={<MoreOutlined aria-hidden />}
        aria-label={name}
        loading={act.isPending}
      />
    </Dropdown>
  );
}

/** The accounts of a persona, and how each stands. */
export function PersonaAccounts({ persona }: { persona: PersonaRow }) {
  const t = useTexts(personasTexts);
  const n = useNumberFormat();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const counted = (row: PersonaAccount, value: number) => (row.channel === "wecom" ? n.whole(value) : "—");
  const columns: Column<PersonaAccount>[] = [
    {
      key: "account",
      title: t.columns.account,
      cell: (row) => (
        <>
          {row.name || row.account}
          <div className={styles.quiet}>{t.channels[row.channel]}</div>
        </>
      ),
    },
    {
      key: "age",
      title: t.columns.age,
      align: "end",
      from: "wide",
      cell: (row) => (row.opened_on ? t.days(daysSince(row.opened_on)) : "—"),
    },
    {
      key: "today",
      title: t.columns.today,
      align: "end",
      from: "medium",
      cell: (row) => counted(row, row.adds_today),
    },
    {
      key: "week",
      title: t.columns.week,
      align: "end",
      from: "wide",
      cell: (row) => counted(row, row.adds_week),
    },
    {
      key: "deletions",
      title: t.columns.deletions,
      align: "end",
      from: "medium",
      cell: (row) => counted(row, row.deletions_week),
    },
    {
      key: "complaints",
      title: t.columns.complaints,
      align: "end",
      from: "wide",
      cell: (row) => n.whole(row.complaints_week),
    },
    { key: "state", title: t.columns.state, cell: (row) => <State account={row} /> },
    ...(may(rights.writePersonas)
      ? [
          {
            key: "menu",
            title: "",
            align: "end" as const,
            width: 48,
            cell: (row: PersonaAccount) => <Menu persona={persona} account={row} />,
          },
        ]
      : []),
  ];
  return (
    <Panel
      title={t.accounts}
      flush
      extra={
        may(rights.writePersonas) && (
          <Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
            {t.addAccount}
          </Button>
        )
      }
    >
      {persona.accounts.length === 0 ? (
        <p className={styles.padded}>{t.noAccounts}</p>
      ) : (
        <DataTable
          label={t.accounts}
          columns={columns}
          rows={persona.accounts}
          rowKey={(row) => row.account_id}
        />
      )}
      {adding && <AccountDialog persona={persona} onClose={() => setAdding(false)} />}
    </Panel>
  );
}
