import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, type InputRef } from "antd";
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

/** Whoever was asked for a code is to type it at once. */
const focusWhenShown = (input: InputRef | null) => input?.focus();

export function LoginForm() {
  const t = useTexts(sessionTexts);
  const errors = useTexts(errorTexts);
  const queryClient = useQueryClient();
  const [search] = useSearchParams();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asksForCode, setAsksForCode] = useState(false);
  const [tried, setTried] = useState(false);
  const [blockedUntil, setBlockedUntil] = useState<number | null>(null);
  const secondsLeft = useSecondsLeft(blockedUntil);

  const logIn = useMutation({
    mutationFn: openSession,
    onSuccess: (session) => queryClient.setQueryData(sessionKey, session),
    onError: (error) => {
      if (error instanceof ApiError && error.code === "second_step_needed") {
        setAsksForCode(true);
        setTried(false);
      }
      if (error instanceof ApiError && error.status === 429) {
        setBlockedUntil(Date.now() + (error.retryAfterSeconds ?? 30) * 1000);
      }
    },
  });

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    const isWhole = email.trim() && password && (!asksForCode || code.trim());
    if (isWhole && secondsLeft === 0) logIn.mutate({ email: email.trim(), password, code: code.trim() });
  };

  const refusal = (error: Error): string => {
    if (error instanceof ApiError && error.status === 429) {
      return secondsLeft > 0 ? t.throttled(secondsLeft) : t.again;
    }
    if (error instanceof ApiError && error.code === "wrong_second_step") return t.wrongCode;
    return error instanceof ApiError && error.status === 401 ? t.wrong : explain(error, errors);
  };

  /** Why WeCom, or the identity provider, did not let somebody in: that is said on the way back here. */
  const bySignOn = search.get("sign-on");
  const turnedBack = bySignOn ?? search.get("wecom");
  const reasons: Partial<Record<string, string>> = bySignOn ? t.signOn : t.wecom;
  const isAsked = logIn.error instanceof ApiError && logIn.error.code === "second_step_needed";
  const trouble =
    logIn.error && !isAsked
      ? refusal(logIn.error)
      : !isAsked && turnedBack && (reasons[turnedBack] ?? (bySignOn ? t.signOnFailed : t.wecomFailed));

  const startOver = () => {
    setAsksForCode(false);
    setCode("");
    setPassword("");
    logIn.reset();
  };

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {trouble && (
        <p role="alert" className={styles.refusal}>
          {trouble}
        </p>
      )}
      {asksForCode ? (
        <Field label={t.code} note={t.codeNote} error={tried && !code.trim() ? t.codeNeeded : null}>
          {(control) => (
            <Input
              {...control}
              ref={focusWhenShown}
              size="large"
              name="code"
              inputMode="numeric"
              autoComplete="one-time-code"
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
      ) : (
        <>
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
        </>
      )}
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
      {asksForCode && (
        <Button type="link" onClick={startOver}>
          {t.otherAccount}
        </Button>
      )}
    </form>
  );
}
