import { FunnelPlotOutlined } from "@ant-design/icons";
import type { InsightAnswer, Question } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { EmptyState } from "@/shared/ui/empty-state";
import { Panel } from "@/shared/ui/panel";
import { LifecycleAnswer, StickinessAnswer } from "./activity-answer";
import { AttributionAnswer } from "./attribution-answer";
import { CompletionAnswer, SendsAnswer } from "./content-answer";
import { FunnelAnswer } from "./funnel-answer";
import { insightTexts } from "./insight-texts";
import { PathsAnswer } from "./paths-answer";
import type { Choose } from "./question";
import { RetentionAnswer } from "./retention-answer";

interface AnswerProps {
  question: Question;
  answer: InsightAnswer;
  onChoose: Choose;
}

const isEmpty = ({ funnel, retention, paths, completion, sends, attribution }: InsightAnswer) =>
  [
    funnel?.reached[0] === 0,
    retention?.cohorts.every((cohort) => cohort.customers === 0),
    paths?.goes === 0,
    completion?.contents === 0,
    attribution?.channels.length === 0,
    sends ? !sends.rows[0]?.counts.requested : false,
  ].some(Boolean);

/** The answer to a question of any kind. */
export function Answer({ question, answer, onChoose }: AnswerProps) {
  const t = useTexts(insightTexts);
  const { funnel, retention, paths, lifecycle, stickiness, completion, sends, attribution } = answer;
  if (isEmpty(answer)) {
    return (
      <Panel>
        <EmptyState
          compact
          icon={<FunnelPlotOutlined aria-hidden />}
          title={t.nothing}
          text={t.nothingText}
        />
      </Panel>
    );
  }
  return (
    <>
      {funnel && question.kind === "funnel" && (
        <FunnelAnswer question={question} numbers={funnel} onChoose={onChoose} />
      )}
      {retention && <RetentionAnswer numbers={retention} onChoose={onChoose} />}
      {paths && <PathsAnswer numbers={paths} onChoose={onChoose} />}
      {lifecycle && <LifecycleAnswer numbers={lifecycle} onChoose={onChoose} />}
      {stickiness && question.kind === "stickiness" && (
        <StickinessAnswer question={question} numbers={stickiness} onChoose={onChoose} />
      )}
      {completion && <CompletionAnswer numbers={completion} onChoose={onChoose} />}
      {attribution && question.kind === "attribution" && (
        <AttributionAnswer question={question} numbers={attribution} onChoose={onChoose} />
      )}
      {sends && question.kind === "sends" && (
        <SendsAnswer question={question} numbers={sends} onChoose={onChoose} />
      )}
    </>
  );
}
