import { DashboardPage } from "@/features/dashboards/dashboard-page";
import { CardAnswer } from "@/features/insight/card-answer";
import { AnswerViewContext } from "@/shared/answers/answer-view";

/** A dashboard, whose cards show answers as the pages of insight do. */
export function DashboardWithAnswers() {
  return (
    <AnswerViewContext value={(answered) => <CardAnswer {...answered} />}>
      <DashboardPage />
    </AnswerViewContext>
  );
}
