import { NavLink, Outlet } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { Page } from "@/shared/ui/page";
import { privacyTexts } from "./privacy-texts";
import styles from "./privacy-page.module.css";

export function PrivacyPage() {
  const t = useTexts(privacyTexts);
  const tabs = [
    { to: "/privacy", label: t.tabs.erasures },
    { to: "/privacy/exports", label: t.tabs.exports },
    { to: "/privacy/retention", label: t.tabs.retention },
  ];
  return (
    <Page title={t.title} lead={t.lead}>
      <nav className={styles.tabs} aria-label={t.tabsLabel}>
        {tabs.map((tab) => (
          <NavLink
            key={tab.to}
            to={tab.to}
            end
            className={({ isActive }) => (isActive ? `${styles.tab} ${styles.active}` : styles.tab)}
          >
            {tab.label}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </Page>
  );
}
