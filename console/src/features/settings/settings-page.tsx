import { Navigate, NavLink, Outlet, useLocation } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { settingsTexts } from "./settings-texts";
import styles from "./settings-page.module.css";

const TABS = [
  { key: "keys", right: rights.writeKeys },
  { key: "staff", right: rights.readCompany },
  { key: "wecom", right: rights.readWecom },
  { key: "channels", right: rights.readChannels },
  { key: "hooks", right: rights.readHooks },
  { key: "reach", right: rights.readJourneys },
  { key: "sign-on", right: rights.writeSignOn },
  { key: "audit", right: rights.readAudit },
  { key: "doctor", right: rights.writeCompany },
] as const;

export function SettingsPage() {
  const t = useTexts(settingsTexts);
  const may = useMay();
  const { pathname } = useLocation();
  const tabs = TABS.filter(({ right }) => may(right));
  const [first] = tabs;
  if (first && /^\/settings\/?$/.test(pathname)) return <Navigate replace to={`/settings/${first.key}`} />;
  return (
    <Page title={t.title}>
      <nav aria-label={t.tabsLabel} className={styles.tabs}>
        {tabs.map(({ key }) => (
          <NavLink
            key={key}
            to={`/settings/${key}`}
            className={({ isActive }) => (isActive ? `${styles.tab} ${styles.active}` : (styles.tab ?? ""))}
          >
            {t.tabs[key]}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </Page>
  );
}
