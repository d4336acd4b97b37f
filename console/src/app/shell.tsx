import { useState } from "react";
import { Outlet, ScrollRestoration } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { later } from "@/shared/ui/later";
import { appTexts } from "./app-texts";
import { SideNav } from "./side-nav";
import styles from "./shell.module.css";
import { TopBar } from "./top-bar";

const KEY = "siyu.nav";
const NavDrawer = later(async () => (await import("./nav-drawer")).NavDrawer);

/** The frame around every page: navigation at the side (in a drawer on phones), the bar above, the page. */
export function Shell() {
  const t = useTexts(appTexts);
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(KEY) === "collapsed");
  /** Undefined until it is opened for the first time: most people never do. */
  const [drawerOpen, setDrawerOpen] = useState<boolean>();
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
      {drawerOpen !== undefined && <NavDrawer open={drawerOpen} onClose={() => setDrawerOpen(false)} />}
      <div className={styles.column}>
        <TopBar onOpenNav={() => setDrawerOpen(true)} />
        <main id="content" tabIndex={-1} className={styles.main}>
          <Outlet />
        </main>
      </div>
      <ScrollRestoration />
    </div>
  );
}
