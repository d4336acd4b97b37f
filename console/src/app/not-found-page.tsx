import { CompassOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { Page } from "@/shared/ui/page";
import { appTexts } from "./app-texts";

export function NotFoundPage() {
  const t = useTexts(appTexts);
  const navigate = useNavigate();
  return (
    <Page title={t.notFound} heading={<></>}>
      <EmptyState
        isPage
        icon={<CompassOutlined aria-hidden />}
        title={t.notFound}
        text={t.notFoundText}
        action={<Button onClick={() => void navigate("/")}>{t.goHome}</Button>}
      />
    </Page>
  );
}
