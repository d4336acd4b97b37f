import { Outlet } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { segmentsTexts } from "./segments-texts";

/** Segments, and beside them the lists that they may ask for and the files that were made of them. */
export function SegmentsPage() {
  const t = useTexts(segmentsTexts);
  const may = useMay();
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        label={t.tabsLabel}
        tabs={[
          { to: "/segments", label: t.tabs.segments },
          ...(may(rights.readLists) ? [{ to: "/segments/lists", label: t.tabs.lists }] : []),
          ...(may(rights.exportSegments) ? [{ to: "/segments/exports", label: t.tabs.exports }] : []),
        ]}
      />
      <Outlet />
    </Page>
  );
}
