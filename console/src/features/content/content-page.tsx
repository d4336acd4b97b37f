import { Outlet } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { contentTexts } from "./content-texts";

/** What staff say and send, and what became of it. */
export function ContentPage() {
  const t = useTexts(contentTexts);
  const may = useMay();
  const materials = may(rights.readMaterials);
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        label={t.tabsLabel}
        tabs={[
          { to: "/content", label: t.tabs.scripts },
          ...(materials ? [{ to: "/content/materials", label: t.tabs.materials }] : []),
          ...(materials ? [{ to: "/content/links", label: t.tabs.links }] : []),
          ...(may(rights.shareContent) ? [{ to: "/content/replies", label: t.tabs.replies }] : []),
        ]}
      />
      <Outlet />
    </Page>
  );
}
