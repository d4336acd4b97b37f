import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useState, type ReactNode } from "react";
import { ApiError } from "@/api/client";
import { beginSecondStep, confirmSecondStep, endSecondStep, secondStepQuery } from "@/api/session";
import { useTexts } from "@/shared/i18n/texts";
import { copyText } from "@/shared/ui/copy-text";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { secondStepTexts } from "./second-step-texts";
import styles from "./second-step-dialog.module.css";

interface CodeFormProps {
  label: string;
  action: string;
  isDanger?: boolean;
  isPending: boolean;
  error: Error | null;
  onCode: (code: string) => void;
}

function CodeForm({ label, action, isDanger = false, isPending, error, onCode }: CodeFormProps) {
  const t = useTexts(secondStepTexts);
  const [code, setCode] = useState("");
  const isWrong = error instanceof ApiError && error.code === "wrong_code";
  const give = () => code.trim() && onCode(code.trim());
  return (
    <div className={styles.form}>
      <Field label={label} error={isWrong ? t.wrong : null}>
        {(control) => (
          <Input
            {...control}
            autoComplete="one-time-code"
            maxLength={40}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            onPressEnter={give}
          />
        )}
      </Field>
      <Button type="primary" danger={isDanger} loading={isPending} disabled={!code.trim()} onClick={give}>
        {action}
      </Button>
    </div>
  );
}

function Recovery({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const t = useTexts(secondStepTexts);
  const notices = useNotices();
  const copy = () => void copyText(codes.join("\n")).then(() => notices.done(t.copied), notices.failed);
  return (
    <div className={styles.form}>
      <strong>{t.recovery}</strong>
      <p className={styles.text}>{t.recoveryText}</p>
      <ul className={styles.codes} aria-label={t.recovery}>
        {codes.map((code) => (
          <li key={code}>
            {code.slice(0, 5)}-{code.slice(5)}
          </li>
        ))}
      </ul>
      <div className={styles.buttons}>
        <Button onClick={copy}>{t.copy}</Button>
        <Button type="primary" onClick={onKept}>
          {t.kept}
        </Button>
      </div>
    </div>
  );
}

function TurnOn({ onDone }: { onDone: () => void }) {
  const t = useTexts(secondStepTexts);
  const notices = useNotices();
  const begin = useMutation({ mutationFn: beginSecondStep, onError: notices.failed });
  const confirm = useMutation({ mutationFn: confirmSecondStep });
  if (confirm.data) return <Recovery codes={confirm.data.codes} onKept={onDone} />;
  if (!begin.data) {
    return (
      <div className={styles.form}>
        <p className={styles.text}>{t.off}</p>
        <Button type="primary" loading={begin.isPending} onClick={() => begin.mutate()}>
          {t.begin}
        </Button>
      </div>
    );
  }
  const picture = `data:image/svg+xml;utf8,${encodeURIComponent(begin.data.picture)}`;
  return (
    <div className={styles.form}>
      <p className={styles.text}>{t.scan}</p>
      <img className={styles.picture} src={picture} alt={t.picture} />
      <p className={styles.text}>{t.type}</p>
      <code className={styles.secret}>{begin.data.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
      <CodeForm
        label={t.code}
        action={t.confirm}
        isPending={confirm.isPending}
        error={confirm.error}
        onCode={(code) => confirm.mutate(code)}
      />
    </div>
  );
}

function TurnOff({ since, left, onDone }: { since: string; left: number; onDone: () => void }) {
  const t = useTexts(secondStepTexts);
  const notices = useNotices();
  const end = useMutation({
    mutationFn: endSecondStep,
    onSuccess: () => {
      notices.done(t.ended);
      onDone();
    },
    onError: (error) => {
      if (!(error instanceof ApiError && error.code === "wrong_code")) notices.failed(error);
    },
  });
  return (
    <div className={styles.form}>
      <p className={styles.text}>
        <When at={since} /> · {t.left(left)}
      </p>
      <CodeForm
        label={t.codeOrRecovery}
        action={t.end}
        isDanger
        isPending={end.isPending}
        error={end.error}
        onCode={(code) => end.mutate(code)}
      />
    </div>
  );
}

/** One's own second step: turned on with a phone, turned off with a code. */
export function SecondStepDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(secondStepTexts);
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(secondStepQuery());
  const done = () => {
    void queryClient.invalidateQueries({ queryKey: secondStepQuery().queryKey });
    onClose();
  };
  let content: ReactNode = <SkeletonLines lines={2} />;
  if (error && !data) content = <ErrorState error={error} onRetry={() => void refetch()} />;
  else if (data?.is_on && data.since)
    content = <TurnOff since={data.since} left={data.recovery_left} onDone={done} />;
  else if (data) content = <TurnOn onDone={done} />;
  return (
    <Modal open title={t.title} footer={null} onCancel={onClose}>
      {content}
    </Modal>
  );
}
