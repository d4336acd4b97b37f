import { BugOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect } from "react";
import { useRouteError } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { appTexts } from "./app-texts";
import { reloadsForNewVersion } from "./new-version";

/** What stands in place of a page that threw. */
export function ErrorPage() {
  const t = useTexts(appTexts);
  const error = useRouteError();
  const reload = () => window.location.reload();
  useEffect(() => {
    reloadsForNewVersion(error, window.sessionStorage, reload, Date.now());
  }, [error]);
  const line = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return (
    <div role="alert">
      <EmptyState
        isPage
        icon={<BugOutlined aria-hidden />}
        title={t.broken}
        text={
          <>
            <p>{t.brokenText}</p>
            <code>{line}</code>
          </>
        }
        action={
          <Button type="primary" onClick={reload}>
            {t.reload}
          </Button>
        }
      />
    </div>
  );
}
