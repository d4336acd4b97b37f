import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Switch } from "antd";
import { useState } from "react";
import { newCallbackKeys, saveWecomCorp } from "@/api/contacts";
import type { WecomCorp } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { wecomTexts } from "./wecom-texts";
import styles from "./wecom-page.module.css";

type Secret = "app_secret" | "contacts_secret" | "callback_token" | "encoding_aes_key";

/** What the server goes by where nothing else was agreed. */
const STRICT = {
  concurrency_max: 12,
  calls_per_minute: 10_000,
  calls_per_hour: 150_000,
  welcome_seconds: 20,
};

interface ConnectionFormProps {
  corp: WecomCorp | null;
  onClose: () => void;
}

export function ConnectionForm({ corp, onClose }: ConnectionFormProps) {
  const t = useTexts(wecomTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [corpId, setCorpId] = useState(corp?.corp_id ?? "");
  const [name, setName] = useState(corp?.name ?? "");
  const [agentId, setAgentId] = useState(corp ? String(corp.agent_id) : "");
  const [baseUrl, setBaseUrl] = useState(corp?.base_url ?? "");
  const [isEnabled, setEnabled] = useState(corp?.is_enabled ?? true);
  const [secrets, setSecrets] = useState<Partial<Record<Secret, string>>>({});
  const [tried, setTried] = useState(false);
  const keys = useMutation({
    mutationFn: newCallbackKeys,
    onSuccess: (made) => setSecrets((before) => ({ ...before, ...made })),
    onError: notices.failed,
  });
  const save = useMutation({
    mutationFn: () =>
      saveWecomCorp(corpId.trim(), {
        name: name.trim(),
        agent_id: Number(agentId) || 0,
        base_url: baseUrl.trim(),
        is_enabled: isEnabled,
        app_secret: secrets.app_secret ?? "",
        contacts_secret: secrets.contacts_secret ?? "",
        callback_token: secrets.callback_token ?? "",
        encoding_aes_key: secrets.encoding_aes_key ?? "",
        rules: corp?.rules ?? STRICT,
      }),
    onSuccess: async () => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["wecom-corps"] });
      onClose();
    },
    onError: notices.failed,
  });
  const missing = (value: string) => (tried && !value.trim() ? t.needed : null);
  const submit = () => {
    setTried(true);
    if (corpId.trim() && name.trim() && (corp ?? secrets.app_secret)) save.mutate();
  };
  const secretField = (which: Secret, label: string) => (
    <Field label={label} note={corp?.has[which] ? t.kept : undefined}>
      {(control) => (
        <Input
          {...control}
          autoComplete="off"
          value={secrets[which] ?? ""}
          onChange={(event) => setSecrets((before) => ({ ...before, [which]: event.target.value.trim() }))}
        />
      )}
    </Field>
  );
  return (
    <Modal
      open
      title={corp ? t.edit : t.connect}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={save.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <div className={styles.pair}>
          <Field label={t.fields.corpId} error={missing(corpId)}>
            {(control) => (
              <Input
                {...control}
                disabled={corp !== null}
                value={corpId}
                onChange={(event) => setCorpId(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.fields.name} error={missing(name)}>
            {(control) => (
              <Input
                {...control}
                maxLength={80}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.fields.agentId}>
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                value={agentId}
                onChange={(event) => setAgentId(event.target.value.replace(/\D/g, ""))}
              />
            )}
          </Field>
          {secretField("app_secret", t.fields.appSecret)}
          {secretField("callback_token", t.fields.token)}
          {secretField("encoding_aes_key", t.fields.aesKey)}
        </div>
        <div>
          <Button size="small" loading={keys.isPending} onClick={() => keys.mutate()}>
            {t.makeKeys}
          </Button>
        </div>
        {secretField("contacts_secret", t.fields.contactsSecret)}
        <Field label={t.fields.baseUrl}>
          {(control) => (
            <Input {...control} value={baseUrl} onChange={(event) => setBaseUrl(event.target.value)} />
          )}
        </Field>
        <Field label={t.on}>
          {(control) => (
            <span>
              <Switch {...control} checked={isEnabled} onChange={setEnabled} />
            </span>
          )}
        </Field>
      </div>
    </Modal>
  );
}
