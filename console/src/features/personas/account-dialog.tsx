import { useQuery } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { wecomCorpsQuery } from "@/api/contacts";
import { addPersonaAccount } from "@/api/personas";
import { serviceAccountsQuery } from "@/api/service";
import type { PersonaAccountDraft, PersonaRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { memberSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import { personasTexts } from "./personas-texts";
import { usePersonaChange } from "./use-persona-change";
import styles from "./personas.module.css";

type WecomMember = Awaited<ReturnType<ReturnType<typeof memberSource>["ask"]>>["rows"][number];
type Channel = PersonaAccountDraft["channel"];

const CHANNELS: readonly Channel[] = ["wecom", "service", "official_account"];

const draftOf = (row: WecomMember): PersonaAccountDraft => ({
  channel: "wecom",
  account: row.userid,
  name: row.name,
  corp_id: row.corp_id,
  staff_id: row.staff_id,
  opened_on: null,
});

/** One member of the company's WeCom. */
function MemberSelect(props: {
  control: { id: string; "aria-describedby": string | undefined };
  taken: ReadonlySet<string>;
  value: PersonaAccountDraft | null;
  onChange: (draft: PersonaAccountDraft | null) => void;
}) {
  const may = useMay();
  const corps = useQuery({ ...wecomCorpsQuery(), enabled: may(rights.readWecom) });
  const services = useQuery({ ...serviceAccountsQuery(), enabled: may(rights.readService) });
  const corpId = corps.data?.[0]?.corp_id ?? services.data?.rows[0]?.corp_id ?? "";
  return (
    <PickOne
      source={memberSource(corpId)}
      control={props.control}
      enabled={corpId !== ""}
      fits={(row) => row.left_at === null && !props.taken.has(row.userid)}
      value={props.value?.staff_id ?? null}
      onChange={(_, row) => props.onChange(row ? draftOf(row) : null)}
    />
  );
}

/** One account of customer service. */
function ServiceSelect(props: {
  control: { id: string; "aria-describedby": string | undefined };
  taken: ReadonlySet<string>;
  value: PersonaAccountDraft | null;
  onChange: (draft: PersonaAccountDraft | null) => void;
}) {
  const may = useMay();
  const services = useQuery({ ...serviceAccountsQuery(), enabled: may(rights.readService) });
  const rows = services.data?.rows ?? [];
  return (
    <Select<string | null>
      {...props.control}
      value={props.value?.account ?? null}
      showSearch={{ optionFilterProp: "label" }}
      options={rows.map((each) => ({
        value: each.open_kfid,
        label: each.name || each.open_kfid,
        disabled: props.taken.has(each.open_kfid),
      }))}
      onChange={(key) => {
        const row = rows.find((each) => each.open_kfid === key);
        props.onChange(
          row
            ? {
                channel: "service",
                account: row.open_kfid,
                name: row.name,
                corp_id: row.corp_id,
                staff_id: null,
                opened_on: null,
              }
            : null,
        );
      }}
    />
  );
}

/** Puts an account into a persona: a member, an account of customer service, an official account. */
export function AccountDialog({ persona, onClose }: { persona: PersonaRow; onClose: () => void }) {
  const t = useTexts(personasTexts);
  const act = usePersonaChange();
  const [channel, setChannel] = useState<Channel>("wecom");
  const [draft, setDraft] = useState<PersonaAccountDraft | null>(null);
  const [appid, setAppid] = useState("");
  const [openedOn, setOpenedOn] = useState("");
  const chosen =
    channel === "official_account"
      ? appid.trim() === ""
        ? null
        : { channel, account: appid.trim(), name: appid.trim(), corp_id: "", staff_id: null, opened_on: null }
      : draft;
  const taken = new Set(persona.accounts.map((each) => each.account));
  const add = () =>
    chosen &&
    act.mutate(
      {
        change: () => addPersonaAccount(persona.persona_id, { ...chosen, opened_on: openedOn || null }),
        text: t.added,
      },
      { onSuccess: onClose },
    );
  return (
    <Modal
      open
      title={t.addAccount}
      okText={t.addAccount}
      cancelText={t.cancel}
      okButtonProps={{ disabled: chosen === null }}
      confirmLoading={act.isPending}
      onOk={add}
      onCancel={onClose}
    >
      <div className={styles.stack}>
        <Field label={t.channel}>
          {(control) => (
            <Select<Channel>
              {...control}
              value={channel}
              options={CHANNELS.map((each) => ({ value: each, label: t.channels[each] }))}
              onChange={(next) => {
                setChannel(next);
                setDraft(null);
              }}
            />
          )}
        </Field>
        {channel === "official_account" ? (
          <Field label={t.appid}>
            {(control) => (
              <Input
                {...control}
                maxLength={64}
                value={appid}
                onChange={(event) => setAppid(event.target.value)}
              />
            )}
          </Field>
        ) : (
          <Field label={channel === "wecom" ? t.member : t.account}>
            {(control) => {
              const props = { control, taken, value: draft, onChange: setDraft };
              return channel === "wecom" ? <MemberSelect {...props} /> : <ServiceSelect {...props} />;
            }}
          </Field>
        )}
        <Field label={t.openedOn} note={t.openedNote}>
          {(control) => (
            <Input
              {...control}
              type="date"
              value={openedOn}
              onChange={(event) => setOpenedOn(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}
