import { MenuOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { LanguageSwitch } from "@/shared/i18n/language-switch";
import { useTexts } from "@/shared/i18n/texts";
import { useSession } from "@/shared/session/session-context";
import { useTheme } from "@/shared/theme/theme-context";
import { Account } from "./account";
import { appTexts } from "./app-texts";
import styles from "./top-bar.module.css";

export function TopBar({ onOpenNav }: { onOpenNav: () => void }) {
  const t = useTexts(appTexts);
  const { brand, is_demo: isDemo } = useSession();
  const { mode, setMode } = useTheme();
  const otherMode = mode === "light" ? t.darkTheme : t.lightTheme;
  return (
    <header className={styles.bar}>
      <Button
        type="text"
        className={styles.menu}
        icon={<MenuOutlined aria-hidden />}
        aria-label={t.nav.open}
        onClick={onOpenNav}
      />
      <span className={styles.company}>{brand.name}</span>
      {isDemo && (
        <Tooltip title={t.demoNote}>
          <span className={styles.demo}>{t.demo}</span>
        </Tooltip>
      )}
      <span className={styles.space} />
      <LanguageSwitch className={styles.language} />
      <Button
        type="text"
        aria-label={otherMode}
        title={otherMode}
        icon={mode === "light" ? <MoonOutlined aria-hidden /> : <SunOutlined aria-hidden />}
        onClick={() => setMode(mode === "light" ? "dark" : "light")}
      />
      <Account />
    </header>
  );
}
