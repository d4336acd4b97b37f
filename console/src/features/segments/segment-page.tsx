import { useQuery } from "@tanstack/react-query";
import { useParams, useSearchParams } from "react-router";
import { attributesQuery, segmentQuery } from "@/api/segments";
import type { Condition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { SegmentEditor } from "./segment-editor";
import { segmentsTexts } from "./segments-texts";
import { isTemplateName, templates } from "./templates";

const NOTHING: Condition = { kind: "all", of: [] };

/** One segment: what it says, who is in it, what can be done with it. `new` begins one. */
export function SegmentPage() {
  const t = useTexts(segmentsTexts);
  const { segmentId } = useParams();
  const [search] = useSearchParams();
  const isNew = segmentId === "new";
  const segment = useQuery({ ...segmentQuery(Number(segmentId)), enabled: !isNew });
  const names = useQuery(attributesQuery());
  const error = segment.error ?? names.error;
  const retry = () => {
    void names.refetch();
    if (!isNew) void segment.refetch();
  };
  if (error && !(segment.data && names.data)) return <ErrorState isPage error={error} onRetry={retry} />;
  if (!names.data || (!isNew && !segment.data)) {
    return (
      <Page title={t.title} back={{ to: "/segments", label: t.title }}>
        <Panel>
          <SkeletonLines lines={7} />
        </Panel>
      </Page>
    );
  }
  const template = search.get("template");
  if (isNew) {
    const chosen = isTemplateName(template) ? template : null;
    return (
      <SegmentEditor
        key={`new:${chosen ?? ""}`}
        names={names.data}
        segment={null}
        name={chosen ? t.templates[chosen] : t.newName}
        definition={chosen ? templates[chosen] : NOTHING}
      />
    );
  }
  return (
    segment.data && (
      <SegmentEditor
        key={segment.data.segment_id}
        names={names.data}
        segment={segment.data}
        name={segment.data.name}
        definition={segment.data.draft_definition ?? segment.data.definition}
      />
    )
  );
}
