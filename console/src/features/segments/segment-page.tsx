import { useQuery } from "@tanstack/react-query";
import { Navigate, Outlet, useParams } from "react-router";
import { segmentQuery } from "@/api/segments";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { TagMembersButton } from "@/shared/tags/tag-members-button";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { Tabs } from "@/shared/ui/tabs";
import { pageTexts } from "./page-texts";
import { EditButton, SegmentActions } from "./segment-actions";
import { SegmentContext } from "./segment-context";
import { SegmentLead } from "./segment-lead";
import { segmentsTexts } from "./segments-texts";

/** One segment that is in force, or was: who is in it, since when, and why. A draft opens where it is made. */
export function SegmentPage() {
  const t = useTexts(pageTexts);
  const { title } = useTexts(segmentsTexts);
  const may = useMay();
  const segmentId = Number(useParams().segmentId);
  const { data: segment, error, refetch } = useQuery(segmentQuery(segmentId));
  const back = { to: "/segments", label: title };
  if (error && !segment) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (!segment)
    return (
      <Page title={title} back={back}>
        <Panel>
          <SkeletonLines lines={7} />
        </Panel>
      </Page>
    );
  if (segment.status === "draft") return <Navigate to={`/segments/${segmentId}/edit`} replace />;
  const at = `/segments/${segmentId}`;
  return (
    <Page
      title={segment.name}
      back={back}
      lead={<SegmentLead segment={segment} />}
      actions={
        <>
          <TagMembersButton of={{ segment_id: segmentId }} size={segment.size} />
          <SegmentActions segment={segment} />
          <EditButton segment={segment} />
        </>
      }
    >
      <Tabs
        label={t.tabsLabel}
        tabs={[
          { to: at, label: t.tabs.overview },
          ...(may(rights.readCustomers) ? [{ to: `${at}/members`, label: t.tabs.members }] : []),
          { to: `${at}/overlap`, label: t.tabs.overlap },
          ...(may(rights.readCustomers) ? [{ to: `${at}/explain`, label: t.tabs.explain }] : []),
          ...(may(rights.exportSegments) ? [{ to: `${at}/exports`, label: t.tabs.exports }] : []),
        ]}
      />
      <SegmentContext value={segment}>
        <Outlet />
      </SegmentContext>
    </Page>
  );
}
