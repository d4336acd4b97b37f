import { Outlet } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { tagsTexts } from "./tags-texts";

/** Groups of tags, beside them the rules that keep them and the work in bulk. */
export function TagsPage() {
  const t = useTexts(tagsTexts);
  const may = useMay();
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        label={t.tabsLabel}
        tabs={[
          { to: "/tags", label: t.tabs.groups },
          ...(may(rights.readTagRules) ? [{ to: "/tags/rules", label: t.tabs.rules }] : []),
          { to: "/tags/bulks", label: t.tabs.bulks },
        ]}
      />
      <Outlet />
    </Page>
  );
}
