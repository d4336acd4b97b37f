import { InboxOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { summaryQuery } from "@/api/summary";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { Figures } from "./figures";
import { homeTexts } from "./home-texts";
import { NorthStarPanel } from "./north-star-panel";
import { NextSteps } from "./next-steps";
import { RevenuePanel } from "./revenue-panel";
import { RfmPanel } from "./rfm-panel";
import { StageStrip } from "./stage-strip";
import { TodayPanel } from "./today-panel";
import styles from "./home-page.module.css";

export function HomePage() {
  const t = useTexts(homeTexts);
  const time = useTimeFormat();
  const navigate = useNavigate();
  const may = useMay();
  const { data: summary, error, refetch } = useQuery(summaryQuery());
  if (error && !summary) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page title={t.title} lead={summary && t.asOf(time.full(summary.as_of))}>
      <div className={styles.stack}>
        {may(rights.writeCompany) && <NextSteps />}
        <TodayPanel />
        {summary?.customers === 0 ? (
          <Panel>
            <EmptyState
              icon={<InboxOutlined aria-hidden />}
              title={t.welcome}
              text={t.welcomeText}
              action={
                may(rights.writeKeys) && (
                  <Button type="primary" onClick={() => void navigate("/settings/keys")}>
                    {t.welcomeAction}
                  </Button>
                )
              }
            />
          </Panel>
        ) : (
          <>
            <Figures summary={summary} />
            {may(rights.readMetrics) && <NorthStarPanel />}
            {may(rights.readMetrics) && <StageStrip />}
            <RevenuePanel summary={summary} />
            <RfmPanel summary={summary} />
          </>
        )}
      </div>
    </Page>
  );
}
