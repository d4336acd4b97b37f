import { createContext, useContext, type ReactNode } from "react";
import type { InsightAnswer, Question } from "@/api/types";

interface AnswerViewProps {
  question: Question;
  answer: InsightAnswer;
}

/** Draws the answer to a question; the app says how, for features do not know each other. */
export const AnswerViewContext = createContext<(answered: AnswerViewProps) => ReactNode>(() => null);

export const useAnswerView = () => useContext(AnswerViewContext);
