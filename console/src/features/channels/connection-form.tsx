import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Select, Switch } from "antd";
import { useState } from "react";
import { saveConnection } from "@/api/channels";
import { newCallbackKeys } from "@/api/contacts";
import type { ChannelConnection, ChannelSetting, ConnectionKind, ConnectionRule } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { channelsTexts } from "./channels-texts";
import { SettingField } from "./setting-field";
import styles from "./channels-page.module.css";

interface ConnectionFormProps {
  kind: ConnectionKind;
  connection: ChannelConnection | null;
  rules: readonly ConnectionRule[];
  onClose: () => void;
}

const isText = (value: ChannelSetting | undefined): value is string => typeof value === "string";

/** An account or a vendor: its fields are those that the server asks for. */
export function ConnectionForm({ kind, connection, rules, onClose }: ConnectionFormProps) {
  const t = useTexts(channelsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [vendor, setVendor] = useState(connection?.vendor ?? rules[0]?.vendor ?? "");
  const [account, setAccount] = useState(connection?.account ?? "");
  const [name, setName] = useState(connection?.name ?? "");
  const [baseUrl, setBaseUrl] = useState(connection?.base_url ?? "");
  const [isEnabled, setEnabled] = useState(connection?.is_enabled ?? true);
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [settings, setSettings] = useState<Record<string, ChannelSetting>>(connection?.settings ?? {});
  const [tried, setTried] = useState(false);
  const rule = rules.find((each) => each.vendor === vendor);
  const isAccount = kind === "official_account" || kind === "miniprogram";
  const keys = useMutation({
    mutationFn: newCallbackKeys,
    onSuccess: (made) => setSecrets((before) => ({ ...before, ...made })),
    onError: notices.failed,
  });
  const save = useMutation({
    mutationFn: () => {
      const known = Object.fromEntries(
        (rule?.settings ?? []).map((each) => [each.name, settings[each.name] ?? each.default]),
      );
      return saveConnection(
        { kind, account: account.trim() },
        {
          vendor,
          name: name.trim(),
          base_url: baseUrl.trim(),
          secrets,
          settings: known,
          is_enabled: isEnabled,
        },
      );
    },
    onSuccess: async () => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["channels"] });
      onClose();
    },
    onError: notices.failed,
  });
  if (!rule) return null;
  const missing = (value: string) => (tried && !value.trim() ? t.needed : null);
  const isWhole = [
    account,
    name,
    rule.base_url || baseUrl,
    ...rule.secrets
      .filter((each) => each.is_needed && !connection?.has[each.name])
      .map((each) => secrets[each.name] ?? ""),
    ...rule.settings
      .filter((each) => each.is_needed)
      .map((each) => (isText(settings[each.name]) ? String(settings[each.name]) : "")),
  ].every((value) => value.trim());
  const submit = () => {
    setTried(true);
    if (isWhole) save.mutate();
  };
  return (
    <Modal
      open
      title={`${connection ? t.edit : t.connect} · ${t.kinds[kind] ?? kind}`}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={save.isPending}
      onOk={submit}
      onCancel={onClose}
      width={640}
    >
      <div className={styles.form}>
        <div className={styles.pair}>
          {rules.length > 1 && (
            <Field label={t.vendor}>
              {(control) => (
                <Select
                  {...control}
                  value={vendor}
                  onChange={setVendor}
                  options={rules.map((each) => ({
                    value: each.vendor,
                    label: t.vendors[each.vendor] ?? each.vendor,
                  }))}
                />
              )}
            </Field>
          )}
          <Field
            label={isAccount ? t.appId : t.account}
            note={isAccount ? undefined : t.accountNote}
            error={missing(account)}
          >
            {(control) => (
              <Input
                {...control}
                disabled={connection !== null}
                maxLength={64}
                value={account}
                onChange={(event) => setAccount(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.name} error={missing(name)}>
            {(control) => (
              <Input
                {...control}
                maxLength={80}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field
            label={rule.base_url ? t.baseUrlUsual : t.baseUrl}
            error={rule.base_url ? null : missing(baseUrl)}
          >
            {(control) => (
              <Input
                {...control}
                placeholder={rule.base_url}
                value={baseUrl}
                onChange={(event) => setBaseUrl(event.target.value)}
              />
            )}
          </Field>
          {rule.secrets.map((each) => (
            <Field
              key={each.name}
              label={t.secrets[each.name] ?? each.name}
              note={connection?.has[each.name] ? t.kept : undefined}
              error={each.is_needed && !connection?.has[each.name] ? missing(secrets[each.name] ?? "") : null}
            >
              {(control) => (
                <Input
                  {...control}
                  autoComplete="off"
                  value={secrets[each.name] ?? ""}
                  onChange={(event) =>
                    setSecrets((before) => ({ ...before, [each.name]: event.target.value.trim() }))
                  }
                />
              )}
            </Field>
          ))}
        </div>
        {isAccount && (
          <div>
            <Button size="small" loading={keys.isPending} onClick={() => keys.mutate()}>
              {t.makeToken}
            </Button>
          </div>
        )}
        <div className={styles.pair}>
          {rule.settings.map((each) => (
            <SettingField
              key={each.name}
              rule={each}
              value={settings[each.name] ?? each.default}
              error={each.is_needed && tried && !String(settings[each.name] ?? "").trim() ? t.needed : null}
              onChange={(value) => setSettings((before) => ({ ...before, [each.name]: value }))}
            />
          ))}
          <Field label={t.on}>
            {(control) => (
              <span>
                <Switch {...control} checked={isEnabled} onChange={setEnabled} />
              </span>
            )}
          </Field>
        </div>
      </div>
    </Modal>
  );
}
