import { Outlet } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { serviceTexts } from "./service-texts";

/** Conversations, the rules that answer by themselves, and the accounts that customers write to. */
export function ServicePage() {
  const t = useTexts(serviceTexts);
  const may = useMay();
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        label={t.tabsLabel}
        tabs={[
          { to: "/service", label: t.tabs.conversations },
          ...(may(rights.readServiceRules) ? [{ to: "/service/rules", label: t.tabs.rules }] : []),
          { to: "/service/accounts", label: t.tabs.accounts },
        ]}
      />
      <Outlet />
    </Page>
  );
}
