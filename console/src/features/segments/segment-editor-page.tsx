import { useQuery } from "@tanstack/react-query";
import { useParams, useSearchParams } from "react-router";
import { segmentQuery } from "@/api/segments";
import type { Condition } from "@/api/types";
import { vocabularyQuery } from "@/api/vocabulary";
import { useBookOf } from "@/shared/conditions/use-book-of";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { editorTexts } from "./editor-texts";
import { SegmentEditor } from "./segment-editor";
import { segmentsTexts } from "./segments-texts";
import { isTemplateName, templates } from "./templates";

const NOTHING: Condition = { kind: "all", of: [] };

/** Where a segment's conditions are made and changed; `new` begins one. */
export function SegmentEditorPage() {
  const t = useTexts(editorTexts);
  const { title } = useTexts(segmentsTexts);
  const { segmentId } = useParams();
  const [search] = useSearchParams();
  const isNew = segmentId === undefined;
  const segment = useQuery({ ...segmentQuery(Number(segmentId)), enabled: !isNew });
  const vocabulary = useQuery(vocabularyQuery());
  const book = useBookOf(vocabulary.data);
  const error = segment.error ?? vocabulary.error;
  const retry = () => {
    void vocabulary.refetch();
    if (!isNew) void segment.refetch();
  };
  if (error && !(segment.data && book)) return <ErrorState isPage error={error} onRetry={retry} />;
  if (!book || (!isNew && !segment.data)) {
    return (
      <Page title={title} back={{ to: "/segments", label: title }}>
        <Panel>
          <SkeletonLines lines={7} />
        </Panel>
      </Page>
    );
  }
  if (segment.data)
    return (
      <SegmentEditor
        key={segment.data.segment_id}
        book={book}
        segment={segment.data}
        name={segment.data.name}
        definition={segment.data.draft_definition ?? segment.data.definition}
      />
    );
  const template = search.get("template");
  const chosen = isTemplateName(template) ? template : null;
  return (
    <SegmentEditor
      key={`new:${chosen ?? ""}`}
      book={book}
      segment={null}
      name={chosen ? t.templates[chosen] : t.newName}
      definition={chosen ? templates[chosen] : NOTHING}
    />
  );
}
