import { Outlet } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { valueTexts } from "./value-texts";

/** RFM schemes, LTV and ladders. */
export function ValuePage() {
  const t = useTexts(valueTexts);
  const may = useMay();
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        label={t.tabsLabel}
        tabs={[
          { to: "/value", label: t.rfm },
          ...(may(rights.readSummary)
            ? [
                { to: "/value/ltv", label: t.ltv },
                { to: "/value/cohorts", label: t.cohorts },
              ]
            : []),
          ...(may(rights.readLadders) ? [{ to: "/value/ladders", label: t.ladders }] : []),
        ]}
      />
      <Outlet />
    </Page>
  );
}
