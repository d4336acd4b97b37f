import { Outlet } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { tasksTexts } from "./tasks-texts";

/** What staff have to do for customers. */
export function TasksPage() {
  const t = useTexts(tasksTexts);
  const may = useMay();
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        label={t.tabsLabel}
        tabs={[
          { to: "/tasks", label: t.tabs.inbox },
          { to: "/tasks/unassigned", label: t.tabs.unassigned },
          { to: "/tasks/ended", label: t.tabs.ended },
          ...(may(rights.readEnquiries) ? [{ to: "/tasks/enquiries", label: t.tabs.enquiries }] : []),
          ...(may(rights.assignTasks) ? [{ to: "/tasks/team", label: t.tabs.team }] : []),
        ]}
      />
      <Outlet />
    </Page>
  );
}
