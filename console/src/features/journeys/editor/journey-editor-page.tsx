import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import type { JourneySubject } from "@/api/journey-document";
import { journeyQuery } from "@/api/journeys";
import { attributesQuery, vocabularyQuery } from "@/api/vocabulary";
import { useBookOf } from "@/shared/conditions/use-book-of";
import { useTexts } from "@/shared/i18n/texts";
import { JourneyWishes } from "@/shared/staff/journey-wishes";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { emptyDocument } from "../journey-draft";
import { journeysTexts } from "../journeys-texts";
import { editorTexts } from "./editor-texts";
import { JourneyEditor } from "./journey-editor";

const SUBJECTS: readonly JourneySubject[] = ["customer", "group", "account"];

/** Makes a journey, or changes one. */
export function JourneyEditorPage() {
  const { title } = useTexts(journeysTexts);
  const { newName } = useTexts(editorTexts);
  const { journeyId } = useParams();
  const [search] = useSearchParams();
  const isNew = journeyId === undefined;
  // A new journey gets its address when it is first saved; whoever draws it goes on in the same editor, with all steps back.
  const location = useLocation();
  const editor = (location.state as { editor?: string } | null)?.editor ?? journeyId ?? location.key;
  const navigate = useNavigate();
  const journey = useQuery({ ...journeyQuery(Number(journeyId)), enabled: !isNew });
  const vocabulary = useQuery(vocabularyQuery());
  const names = useQuery(attributesQuery());
  const book = useBookOf(vocabulary.data);
  const error = journey.error ?? vocabulary.error ?? names.error;
  if (book && names.data && (isNew || journey.data)) {
    const { data } = journey;
    const subject = SUBJECTS.find((each) => each === search.get("subject")) ?? "customer";
    return (
      <>
        {!isNew && <JourneyWishes journeyId={Number(journeyId)} />}
        <JourneyEditor
          key={editor}
          journey={data ?? null}
          onMade={(id) => void navigate(`/journeys/${id}/edit`, { replace: true, state: { editor } })}
          start={
            data
              ? { name: data.name, document: data.draft_definition ?? data.definition }
              : { name: newName, document: emptyDocument(subject) }
          }
          book={book}
          attributes={names.data.attributes.map(({ name }) => name)}
        />
      </>
    );
  }
  if (error) {
    const retry = () => {
      void vocabulary.refetch();
      void names.refetch();
      if (!isNew) void journey.refetch();
    };
    return <ErrorState isPage error={error} onRetry={retry} />;
  }
  return (
    <Page title={title} back={{ to: "/journeys", label: title }}>
      <Panel>
        <SkeletonLines lines={8} />
      </Panel>
    </Page>
  );
}
