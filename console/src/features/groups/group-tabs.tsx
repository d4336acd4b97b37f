import { useTexts } from "@/shared/i18n/texts";
import { Tabs } from "@/shared/ui/tabs";
import { groupsTexts } from "./groups-texts";

export function GroupTabs() {
  const t = useTexts(groupsTexts);
  return (
    <Tabs
      label={t.tabsLabel}
      tabs={[
        { to: "/groups", label: t.tabs.groups },
        { to: "/groups/welcomes", label: t.tabs.welcomes },
      ]}
    />
  );
}
