import { Outlet } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { dashboardsTexts } from "./dashboards-texts";

/** Dashboards, reports that go out by themselves, and SQL. */
export function DashboardsPage() {
  const t = useTexts(dashboardsTexts);
  const may = useMay();
  const tabs = [
    { to: "/dashboards", label: t.tabs.list, end: true },
    ...(may(rights.readReports) ? [{ to: "/dashboards/reports", label: t.tabs.reports }] : []),
    ...(may(rights.writeSql) ? [{ to: "/dashboards/sql", label: t.tabs.sql }] : []),
  ];
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs label={t.tabsLabel} tabs={tabs} />
      <Outlet />
    </Page>
  );
}
