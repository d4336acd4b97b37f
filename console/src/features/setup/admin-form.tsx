import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState, type SyntheticEvent } from "react";
import { useLocation } from "react-router";
import { sessionKey } from "@/api/session";
import { setUp, setupQuery, type SetupDraft } from "@/api/setup";
import { useTexts } from "@/shared/i18n/texts";
import { errorTexts, explain } from "@/shared/ui/error-texts";
import { Field } from "@/shared/ui/field";
import { setupTexts } from "./setup-texts";
import styles from "./setup.module.css";

const LENGTH_MIN = 8;

/** The company and its first administrator. The terminal's address brings the code behind its #, which no log ever sees. */
export function AdminForm() {
  const t = useTexts(setupTexts);
  const errors = useTexts(errorTexts);
  const queryClient = useQueryClient();
  const { hash } = useLocation();
  const [tried, setTried] = useState(false);
  const [typed, setTyped] = useState<Omit<SetupDraft, "code"> & Partial<SetupDraft>>({
    company_name: "",
    name: "",
    email: "",
    password: "",
  });
  // The address may come into a window that stands on this page already.
  const draft: SetupDraft = { code: hash.slice(1), ...typed };
  const create = useMutation({
    mutationFn: setUp,
    onSuccess: (session) => {
      queryClient.setQueryData(setupQuery().queryKey, { is_open: false });
      queryClient.setQueryData(sessionKey, session);
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    const isWhole = Object.values(draft).every((value) => value.trim());
    if (isWhole && draft.password.length >= LENGTH_MIN) create.mutate(draft);
  };
  const text = (key: keyof SetupDraft, label: string, complete: string, note?: string) => (
    <Field label={label} note={note} error={tried && !draft[key].trim() ? t.needed : null}>
      {(control) => (
        <Input
          {...control}
          size="large"
          name={key}
          type={key === "email" ? "email" : "text"}
          autoComplete={complete}
          value={draft[key]}
          onChange={(event) => setTyped({ ...typed, [key]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {create.error && (
        <p role="alert" className={styles.refusal}>
          {explain(create.error, errors)}
        </p>
      )}
      {text("code", t.code, "off", t.codeNote)}
      {text("company_name", t.company, "organization", t.companyNote)}
      <div className={styles.pair}>
        {text("name", t.name, "name")}
        {text("email", t.email, "username")}
      </div>
      <Field
        label={t.password}
        note={t.passwordNote}
        error={tried && draft.password.length < LENGTH_MIN ? t.short : null}
      >
        {(control) => (
          <Input.Password
            {...control}
            size="large"
            name="password"
            autoComplete="new-password"
            value={draft.password}
            onChange={(event) => setTyped({ ...typed, password: event.target.value })}
          />
        )}
      </Field>
      <Button type="primary" htmlType="submit" size="large" block loading={create.isPending}>
        {t.submit}
      </Button>
    </form>
  );
}
