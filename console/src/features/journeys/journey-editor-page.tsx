import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { experimentListQuery } from "@/api/experiments";
import { journeyQuery } from "@/api/journeys";
import { segmentListQuery } from "@/api/segments";
import { attributesQuery } from "@/api/vocabulary";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { JourneyEditor } from "./journey-editor";
import { journeysTexts } from "./journeys-texts";

/** Makes a journey, or changes one. */
export function JourneyEditorPage() {
  const t = useTexts(journeysTexts);
  const { journeyId } = useParams();
  const isNew = journeyId === undefined;
  const journey = useQuery({ ...journeyQuery(Number(journeyId)), enabled: !isNew });
  const segments = useInfiniteQuery(segmentListQuery());
  const names = useQuery(attributesQuery());
  const may = useMay();
  const mayRead = may(rights.readExperiments);
  const experiments = useInfiniteQuery({ ...experimentListQuery(), enabled: mayRead });
  const ready = segments.data && names.data && (!mayRead || experiments.data) && (isNew || journey.data);
  const error = journey.error ?? segments.error ?? names.error ?? experiments.error;
  if (ready) {
    return (
      <JourneyEditor
        key={journeyId ?? "new"}
        journey={journey.data ?? null}
        segments={segments.data.pages.flatMap((page) => page.rows)}
        attributes={names.data.attributes.map(({ name }) => name)}
        experiments={experiments.data?.pages.flatMap((page) => page.rows) ?? []}
      />
    );
  }
  if (error) {
    const retry = () => {
      void segments.refetch();
      void names.refetch();
      if (mayRead) void experiments.refetch();
      if (!isNew) void journey.refetch();
    };
    return <ErrorState isPage error={error} onRetry={retry} />;
  }
  return (
    <Page title={t.title} back={{ to: "/journeys", label: t.title }}>
      <Panel>
        <SkeletonLines lines={8} />
      </Panel>
    </Page>
  );
}
