import { MenuFoldOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { useMay } from "@/shared/session/session-context";
import { BrandMark } from "@/shared/ui/brand-mark";
import { appTexts } from "./app-texts";
import { navSections, settingsItem, type NavItem, type NavSection } from "./nav-items";
import { pages } from "./pages";
import styles from "./side-nav.module.css";

interface SideNavProps {
  collapsed: boolean;
  onCollapse?: ((collapsed: boolean) => void) | undefined;
  onNavigate?: (() => void) | undefined;
}

export function SideNav({ collapsed, onCollapse, onNavigate }: SideNavProps) {
  const t = useTexts(appTexts);
  const may = useMay();
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a low window the menu scrolls: where one is must be seen in it.
    nav.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest" });
  }, [pathname]);
  const link = (item: NavItem) =>
    item.rights.some(may) && (
      <li key={item.key}>
        <Tooltip title={collapsed ? t.nav[item.key] : ""} placement="right">
          <NavLink
            to={item.to}
            end={item.to === "/"}
            className={({ isActive }) => (isActive ? `${styles.link} ${styles.active}` : (styles.link ?? ""))}
            onClick={onNavigate}
            onPointerEnter={() => void pages[item.page]()}
          >
            <span className={styles.icon} aria-hidden="true">
              {item.icon}
            </span>
            <span className={collapsed ? "visually-hidden" : styles.word}>{t.nav[item.key]}</span>
          </NavLink>
        </Tooltip>
      </li>
    );
  const section = ({ key, items }: NavSection) => {
    const links = items.map(link).filter(Boolean);
    if (links.length === 0) return null;
    return (
      <li key={key}>
        {key !== "start" && (
          <span id={`nav-${key}`} className={styles.heading}>
            <span className={collapsed ? "visually-hidden" : ""}>{t.nav.sections[key]}</span>
          </span>
        )}
        <ul aria-labelledby={key === "start" ? undefined : `nav-${key}`}>{links}</ul>
      </li>
    );
  };
  return (
    <nav
      ref={nav}
      className={collapsed ? `${styles.nav} ${styles.collapsed}` : styles.nav}
      aria-label={t.nav.label}
    >
      <div className={styles.brand}>
        <BrandMark size={28} />
        {!collapsed && (
          <span className={styles.name}>
            Siyu <span lang="zh-CN">私域</span>
          </span>
        )}
      </div>
      <ul className={styles.links}>{navSections.map(section)}</ul>
      <ul>{link(settingsItem)}</ul>
      {onCollapse && (
        <button
          type="button"
          className={styles.fold}
          aria-label={collapsed ? t.nav.expand : t.nav.collapse}
          onClick={() => onCollapse(!collapsed)}
        >
          {collapsed ? <MenuUnfoldOutlined aria-hidden /> : <MenuFoldOutlined aria-hidden />}
        </button>
      )}
    </nav>
  );
}
