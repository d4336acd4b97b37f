import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "react-router";
import { experimentQuery } from "@/api/experiments";
import type { ExperimentDefinition } from "@/api/types";
import { vocabularyQuery } from "@/api/vocabulary";
import type { Book } from "@/shared/conditions/book";
import { useBookOf } from "@/shared/conditions/use-book-of";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { ExperimentEditor } from "./experiment-editor";
import { experimentsTexts, type ExperimentsTexts } from "./experiments-texts";
import { newOutcome } from "./outcome-field";

const starter = (t: ExperimentsTexts): ExperimentDefinition => ({
  hypothesis: "",
  arms: [
    { key: "control", name: t.controlName, weight: 1 },
    { key: "variant", name: t.variantName, weight: 1 },
  ],
  primary: newOutcome(t.primary),
  guardrails: [],
  share: 100,
  days: 14,
  before_days: 0,
  alpha: 0.05,
  power: 0.8,
  effect: 0.1,
  looks: "always",
  planned: null,
  segment_id: null,
});

function NewExperiment({ book }: { book: Book }) {
  const t = useTexts(experimentsTexts);
  const [definition] = useState(() => starter(t));
  return <ExperimentEditor book={book} experiment={null} name={t.newName} definition={definition} />;
}

/** Where an experiment is designed and changed; `new` begins one. */
export function ExperimentEditorPage() {
  const t = useTexts(experimentsTexts);
  const { experimentId } = useParams();
  const isNew = experimentId === undefined;
  const experiment = useQuery({ ...experimentQuery(Number(experimentId)), enabled: !isNew });
  const vocabulary = useQuery(vocabularyQuery());
  const book = useBookOf(vocabulary.data);
  const error = experiment.error ?? vocabulary.error;
  const retry = () => {
    void vocabulary.refetch();
    if (!isNew) void experiment.refetch();
  };
  if (error && !(experiment.data && book)) return <ErrorState isPage error={error} onRetry={retry} />;
  if (!book || (!isNew && !experiment.data))
    return (
      <Page title={t.title} back={{ to: "/experiments", label: t.title }}>
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      </Page>
    );
  if (!experiment.data) return <NewExperiment book={book} />;
  return (
    <ExperimentEditor
      key={experiment.data.experiment_id}
      book={book}
      experiment={experiment.data}
      name={experiment.data.name}
      definition={experiment.data.draft_definition ?? experiment.data.definition}
    />
  );
}
