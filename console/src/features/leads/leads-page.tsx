import { Outlet } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { leadsTexts } from "./leads-texts";

/** Customers to be won. */
export function LeadsPage() {
  const t = useTexts(leadsTexts);
  const may = useMay();
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        label={t.tabsLabel}
        tabs={[
          { to: "/leads", label: t.tabs.mine },
          { to: "/leads/pool", label: t.tabs.pool },
          ...(may(rights.assignLeads)
            ? [
                { to: "/leads/team", label: t.tabs.team },
                { to: "/leads/numbers", label: t.tabs.numbers },
              ]
            : []),
          { to: "/leads/rules", label: t.tabs.rules },
        ]}
      />
      <Outlet />
    </Page>
  );
}
