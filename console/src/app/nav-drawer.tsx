import { Drawer } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { appTexts } from "./app-texts";
import { SideNav } from "./side-nav";

/** The navigation on phones, where there is no room for it beside the page. */
export function NavDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(appTexts);
  return (
    <Drawer
      open={open}
      onClose={onClose}
      placement="left"
      size={236}
      closable={false}
      aria-label={t.nav.label}
      styles={{ body: { padding: 0, background: "var(--nav-ground)" } }}
    >
      <SideNav collapsed={false} onNavigate={onClose} />
    </Drawer>
  );
}
