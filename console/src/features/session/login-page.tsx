import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Navigate, useSearchParams } from "react-router";
import { sessionQuery } from "@/api/session";
import { LanguageSwitch } from "@/shared/i18n/language-switch";
import { useTexts } from "@/shared/i18n/texts";
import { BrandMark } from "@/shared/ui/brand-mark";
import { LoginForm } from "./login-form";
import styles from "./login-page.module.css";
import { PoolPicture } from "./pool-picture";
import { sessionTexts } from "./session-texts";
import { WecomLogIn } from "./wecom-log-in";

/** Only a path of our own: `//elsewhere.example` would leave the house. */
function safeTarget(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}

export function LoginPage() {
  const t = useTexts(sessionTexts);
  const { data: session } = useQuery(sessionQuery());
  const [search] = useSearchParams();
  useEffect(() => {
    document.title = `${t.title} · Siyu 私域`;
  }, [t]);
  if (session) return <Navigate replace to={safeTarget(search.get("next"))} />;
  return (
    <div className={styles.page}>
      <aside className={styles.side}>
        <div className={styles.brand}>
          <BrandMark size={32} />
          <span>
            Siyu <span lang="zh-CN">私域</span>
          </span>
        </div>
        <PoolPicture />
        <div className={styles.promise}>
          <p className={styles.promiseTitle}>{t.promise}</p>
          <p className={styles.promiseText}>{t.promiseText}</p>
        </div>
      </aside>
      <main className={styles.main}>
        <div className={styles.switch}>
          <LanguageSwitch />
        </div>
        <div className={styles.box}>
          <div className={styles.smallBrand}>
            <BrandMark size={40} />
          </div>
          <h1 className={styles.title}>{t.title}</h1>
          <p className={styles.lead}>{t.lead}</p>
          <LoginForm />
          <WecomLogIn />
        </div>
      </main>
    </div>
  );
}
