import { Outlet } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { metricsTexts } from "./metrics-texts";

/** Metrics, the board of growth, and alerts. */
export function MetricsPage() {
  const t = useTexts(metricsTexts);
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        label={t.tabsLabel}
        tabs={[
          { to: "/numbers", label: t.tabs.list },
          { to: "/numbers/board", label: t.tabs.board },
          { to: "/numbers/members", label: t.tabs.members },
          { to: "/numbers/costs", label: t.tabs.costs },
          { to: "/numbers/alerts", label: t.tabs.alerts },
        ]}
      />
      <Outlet />
    </Page>
  );
}
