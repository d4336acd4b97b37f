import { CopyOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select, Switch } from "antd";
import { useState } from "react";
import { unitsQuery } from "@/api/company";
import { checkSignOn, saveSignOn, signOnQuery, type SignOnSetup } from "@/api/sign-on";
import { useTexts } from "@/shared/i18n/texts";
import { copyText } from "@/shared/ui/copy-text";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { roleOptions } from "./roles";
import { settingsTexts } from "./settings-texts";
import { signOnTexts } from "./sign-on-texts";
import styles from "./sign-on-page.module.css";
import { unitOptions } from "./unit-options";

const EMPTY: SignOnSetup = {
  name: "",
  issuer: "",
  client_id: "",
  client_secret: "",
  email_claim: "email",
  trusts_email: false,
  new_role: null,
  new_unit_id: null,
  domains: [],
  is_enabled: true,
};

type Change = (change: Partial<SignOnSetup>) => void;

/** Whether, and as what, people join who are not among the staff. */
function Joining({ setup, change }: { setup: SignOnSetup; change: Change }) {
  const t = useTexts(signOnTexts);
  const words = useTexts(settingsTexts);
  const units = useQuery(unitsQuery());
  const rows = units.data?.rows ?? [];
  const turn = (isOn: boolean) =>
    change(
      isOn
        ? { new_role: "frontline", new_unit_id: rows[0]?.unit_id ?? null }
        : { new_role: null, new_unit_id: null },
    );
  return (
    <>
      <label className={styles.switch}>
        <Switch checked={setup.new_role !== null} onChange={turn} /> {t.makes}
      </label>
      {setup.new_role && (
        <div className={styles.pair}>
          <Field label={t.role}>
            {(control) => (
              <Select
                {...control}
                aria-label={t.role}
                value={setup.new_role}
                options={roleOptions(words.staff.roles)}
                onChange={(role) => change({ new_role: role })}
              />
            )}
          </Field>
          <Field label={t.unit}>
            {(control) => (
              <Select
                {...control}
                aria-label={t.unit}
                value={setup.new_unit_id}
                options={unitOptions(rows)}
                onChange={(unit) => change({ new_unit_id: unit })}
              />
            )}
          </Field>
          <Field label={t.domains} note={t.domainsNote}>
            {(control) => (
              <Input
                {...control}
                value={setup.domains.join(", ")}
                onChange={(event) => change({ domains: event.target.value.split(/[,，]\s*/) })}
              />
            )}
          </Field>
        </div>
      )}
    </>
  );
}

interface FormProps {
  known: SignOnSetup | null;
  hasSecret: boolean;
  fault: string | null;
}

function SignOnForm({ known, hasSecret, fault }: FormProps) {
  const t = useTexts(signOnTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [setup, setSetup] = useState<SignOnSetup>({ ...EMPTY, ...known });
  const [tried, setTried] = useState(false);
  const change: Change = (part) => setSetup((before) => ({ ...before, ...part }));
  const check = useMutation({
    mutationFn: checkSignOn,
    onSuccess: (state) => {
      queryClient.setQueryData(signOnQuery().queryKey, state);
      if (state.fault === "") notices.done(t.well);
    },
    onError: notices.failed,
  });
  const save = useMutation({
    mutationFn: saveSignOn,
    onSuccess: (state) => {
      queryClient.setQueryData(signOnQuery().queryKey, state);
      change({ client_secret: "", domains: state.setup?.domains ?? [] });
      notices.done(t.saved);
      check.mutate();
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (setup.name.trim() && setup.issuer.trim() && setup.client_id.trim()) save.mutate(setup);
  };
  const faults: Partial<Record<string, string>> = t.faults;
  const text = (key: "name" | "issuer" | "client_id" | "email_claim", label: string, note?: string) => (
    <Field label={label} note={note} error={tried && !setup[key].trim() ? t.needed : null}>
      {(control) => (
        <Input {...control} value={setup[key]} onChange={(event) => change({ [key]: event.target.value })} />
      )}
    </Field>
  );
  return (
    <div className={styles.form}>
      <div className={styles.pair}>
        {text("name", t.name, t.nameHint)}
        {text("issuer", t.issuer, t.issuerNote)}
        {text("client_id", t.client)}
        <Field label={t.secret} note={hasSecret ? t.secretKept : undefined}>
          {(control) => (
            <Input.Password
              {...control}
              autoComplete="off"
              value={setup.client_secret}
              onChange={(event) => change({ client_secret: event.target.value })}
            />
          )}
        </Field>
        {text("email_claim", t.claim, t.claimNote)}
      </div>
      <div>
        <label className={styles.switch}>
          <Switch checked={setup.trusts_email} onChange={(isOn) => change({ trusts_email: isOn })} />{" "}
          {t.trusts}
        </label>
        <p className={styles.note}>{t.trustsNote}</p>
      </div>
      <Joining setup={setup} change={change} />
      <label className={styles.switch}>
        <Switch checked={setup.is_enabled} onChange={(isOn) => change({ is_enabled: isOn })} /> {t.on}
      </label>
      <div className={styles.actions}>
        <Button type="primary" loading={save.isPending} onClick={submit}>
          {t.save}
        </Button>
        {known && (
          <Button loading={check.isPending} onClick={() => check.mutate()}>
            {t.check}
          </Button>
        )}
        {fault === "" && <StatusTag tone="brand">{t.well}</StatusTag>}
        {fault && (
          <span role="status">
            <StatusTag tone="danger">{t.fault}</StatusTag> {faults[fault] ?? fault}
          </span>
        )}
      </div>
    </div>
  );
}

/** How staff log in by the company's identity provider. */
export function SignOnPage() {
  const t = useTexts(signOnTexts);
  const notices = useNotices();
  const { data, error, refetch } = useQuery(signOnQuery());
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const copy = (url: string) => {
    copyText(url).then(() => notices.done(url), notices.failed);
  };
  return (
    <Panel title={t.title} note={t.note}>
      {data ? (
        <>
          <p className={styles.note}>{t.backUrl}</p>
          <p className={styles.address}>
            <code>{data.back_url}</code>
            <Button
              type="text"
              size="small"
              icon={<CopyOutlined aria-hidden />}
              aria-label={t.backUrl}
              onClick={() => copy(data.back_url)}
            />
          </p>
          <SignOnForm known={data.setup} hasSecret={data.has_secret} fault={data.fault} />
        </>
      ) : (
        <SkeletonLines lines={6} />
      )}
    </Panel>
  );
}
