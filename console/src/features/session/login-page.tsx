import { useQuery } from "@tanstack/react-query";
import { Navigate, useSearchParams } from "react-router";
import { sessionQuery } from "@/api/session";
import { setupQuery } from "@/api/setup";
import { useTexts } from "@/shared/i18n/texts";
import { Entrance } from "@/shared/ui/entrance";
import { LoginForm } from "./login-form";
import styles from "./login-page.module.css";
import { sessionTexts } from "./session-texts";
import { SignOn } from "./sign-on";
import { WecomLogIn } from "./wecom-log-in";

/** Only a path of our own: `//elsewhere.example` would leave the house. */
function safeTarget(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}

export function LoginPage() {
  const t = useTexts(sessionTexts);
  const { data: session } = useQuery(sessionQuery());
  const { data: setup } = useQuery(setupQuery());
  const [search] = useSearchParams();
  const target = safeTarget(search.get("next"));
  if (session) return <Navigate replace to={target} />;
  if (setup?.is_open) return <Navigate replace to="/setup" />;
  return (
    <Entrance title={t.title} lead={t.lead} promise={t.promise} promiseText={t.promiseText}>
      <LoginForm />
      <div className={styles.ways}>
        <p className={styles.or}>{t.or}</p>
        <SignOn to={target} />
        <WecomLogIn />
      </div>
    </Entrance>
  );
}
