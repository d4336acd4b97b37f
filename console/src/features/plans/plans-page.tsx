import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Outlet, useNavigate } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Tabs } from "@/shared/ui/tabs";
import { plansTexts } from "./plans-texts";

/** All plans: as a list, and by month. */
export function PlansPage() {
  const t = useTexts(plansTexts);
  const may = useMay();
  const navigate = useNavigate();
  return (
    <Page
      title={t.title}
      lead={t.lead}
      actions={
        may(rights.writePlans) && (
          <Button
            type="primary"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => void navigate("/plans/new")}
          >
            {t.create}
          </Button>
        )
      }
    >
      <Tabs
        label={t.tabsLabel}
        tabs={[
          { to: "/plans", label: t.tabs.list },
          { to: "/plans/calendar", label: t.tabs.calendar },
        ]}
      />
      <Outlet />
    </Page>
  );
}
