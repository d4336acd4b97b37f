import { createContext, useContext, type ComponentType } from "react";
import type { InsightAnswer, Question } from "@/api/types";

interface AnswerViewProps {
  question: Question;
  answer: InsightAnswer;
}

/** What draws the answer to a question; the app says which, for features do not know each other. */
export const AnswerViewContext = createContext<ComponentType<AnswerViewProps> | null>(null);

export const useAnswerView = () => useContext(AnswerViewContext);
