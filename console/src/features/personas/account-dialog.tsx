import { useQuery } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { contactMembersQuery, wecomCorpsQuery } from "@/api/contacts";
import { addPersonaAccount } from "@/api/personas";
import { serviceAccountsQuery } from "@/api/service";
import type { PersonaAccountDraft, PersonaRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { personasTexts } from "./personas-texts";
import { usePersonaChange } from "./use-persona-change";
import styles from "./personas.module.css";

type Channel = PersonaAccountDraft["channel"];

const CHANNELS: readonly Channel[] = ["wecom", "service", "official_account"];

function useChoices(channel: Channel): { key: string; label: string; draft: PersonaAccountDraft }[] {
  const may = useMay();
  const isWecom = channel === "wecom";
  const corps = useQuery({ ...wecomCorpsQuery(), enabled: isWecom && may(rights.readWecom) });
  const services = useQuery({ ...serviceAccountsQuery(), enabled: may(rights.readService) });
  const corpId = corps.data?.[0]?.corp_id ?? services.data?.rows[0]?.corp_id ?? "";
  const members = useQuery({ ...contactMembersQuery(corpId), enabled: isWecom && corpId !== "" });
  if (isWecom)
    return (members.data?.rows ?? [])
      .filter((each) => each.left_at === null)
      .map((each) => ({
        key: each.userid,
        label: each.name,
        draft: {
          channel,
          account: each.userid,
          name: each.name,
          corp_id: corpId,
          staff_id: each.staff_id,
          opened_on: null,
        },
      }));
  return (services.data?.rows ?? []).map((each) => ({
    key: each.open_kfid,
    label: each.name || each.open_kfid,
    draft: {
      channel,
      account: each.open_kfid,
      name: each.name,
      corp_id: each.corp_id,
      staff_id: null,
      opened_on: null,
    },
  }));
}

/** Puts an account into a persona: a member, an account of customer service, an official account. */
export function AccountDialog({ persona, onClose }: { persona: PersonaRow; onClose: () => void }) {
  const t = useTexts(personasTexts);
  const act = usePersonaChange();
  const [channel, setChannel] = useState<Channel>("wecom");
  const [key, setKey] = useState<string | null>(null);
  const [appid, setAppid] = useState("");
  const [openedOn, setOpenedOn] = useState("");
  const choices = useChoices(channel);
  const chosen =
    channel === "official_account"
      ? appid.trim() === ""
        ? null
        : { channel, account: appid.trim(), name: appid.trim(), corp_id: "", staff_id: null, opened_on: null }
      : (choices.find((each) => each.key === key)?.draft ?? null);
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
                setKey(null);
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
            {(control) => (
              <Select<string | null>
                {...control}
                value={key}
                showSearch={{ optionFilterProp: "label" }}
                options={choices.map((each) => ({
                  value: each.key,
                  label: each.label,
                  disabled: taken.has(each.key),
                }))}
                onChange={setKey}
              />
            )}
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
