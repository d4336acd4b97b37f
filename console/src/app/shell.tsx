import { Drawer } from "antd";
import { Suspense, useState } from "react";
import { Outlet, ScrollRestoration } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { appTexts } from "./app-texts";
import { SideNav } from "./side-nav";
import styles from "./shell.module.css";
import { TopBar } from "./top-bar";

const KEY = "siyu.nav";

/** The frame around every page: navigation at the side (in a drawer on phones), the bar above, the page. */
export function Shell() {
  const t = useTexts(appTexts);
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(KEY) === "collapsed");
  const [drawerOpen, setDrawerOpen] = useState(false);
  const collapse = (next: boolean) => {
    localStorage.setItem(KEY, next ? "collapsed" : "open");
    setCollapsed(next);
  };
  return (
    <div className={styles.shell}>
      <a href="#content" className={styles.skip}>
        {t.skip}
      </a>
      <div className={styles.side}>
        <SideNav collapsed={collapsed} onCollapse={collapse} />
      </div>
      <Drawer
        open={drawerOpen}
        onClose={() => setDrawerOpen(false)}
        placement="left"
        size={236}
        closable={false}
        aria-label={t.nav.label}
        styles={{ body: { padding: 0, background: "var(--nav-ground)" } }}
      >
        <SideNav collapsed={false} onNavigate={() => setDrawerOpen(false)} />
      </Drawer>
      <div className={styles.column}>
        <TopBar onOpenNav={() => setDrawerOpen(true)} />
        <main id="content" tabIndex={-1} className={styles.main}>
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <ScrollRestoration />
    </div>
  );
}
