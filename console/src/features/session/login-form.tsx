import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useEffect, useState, type SyntheticEvent } from "react";
import { useSearchParams } from "react-router";
import { ApiError } from "@/api/client";
import { openSession, sessionKey } from "@/api/session";
import { useTexts } from "@/shared/i18n/texts";
import { errorTexts, explain } from "@/shared/ui/error-texts";
import { Field } from "@/shared/ui/field";
import styles from "./login-page.module.css";
import { sessionTexts } from "./session-texts";

/** Seconds left until `until`, counted down once a second. */
function useSecondsLeft(until: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  const left = until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    if (left === 0) return;
    const timer = setTimeout(() => setNow(Date.now()), 500);
    return () => clearTimeout(timer);
  }, [left, now]);
  return left;
}

export function LoginForm() {
  const t = useTexts(sessionTexts);
  const errors = useTexts(errorTexts);
  const queryClient = useQueryClient();
  const [search] = useSearchParams();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [blockedUntil, setBlockedUntil] = useState<number | null>(null);
  const secondsLeft = useSecondsLeft(blockedUntil);

  const logIn = useMutation({
    mutationFn: openSession,
    onSuccess: (session) => queryClient.setQueryData(sessionKey, session),
    onError: (error) => {
      if (error instanceof ApiError && error.status === 429) {
        setBlockedUntil(Date.now() + (error.retryAfterSeconds ?? 30) * 1000);
      }
    },
  });

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (email.trim() && password && secondsLeft === 0) logIn.mutate({ email: email.trim(), password });
  };

  const refusal = (error: Error): string => {
    if (error instanceof ApiError && error.status === 429) {
      return secondsLeft > 0 ? t.throttled(secondsLeft) : t.again;
    }
    return error instanceof ApiError && error.status === 401 ? t.wrong : explain(error, errors);
  };

  /** Why WeCom did not let somebody in: that is said on the way back here. */
  const turnedBack = search.get("wecom");
  const reasons: Partial<Record<string, string>> = t.wecom;
  const trouble = logIn.error ? refusal(logIn.error) : turnedBack && (reasons[turnedBack] ?? t.wecomFailed);

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {trouble && (
        <p role="alert" className={styles.refusal}>
          {trouble}
        </p>
      )}
      <Field label={t.email} error={tried && !email.trim() ? t.emailNeeded : null}>
        {(control) => (
          <Input
            {...control}
            size="large"
            type="email"
            name="email"
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label={t.password} error={tried && !password ? t.passwordNeeded : null}>
        {(control) => (
          <Input.Password
            {...control}
            size="large"
            name="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        loading={logIn.isPending}
        disabled={secondsLeft > 0}
      >
        {t.submit}
      </Button>
    </form>
  );
}
