import { useState } from "react";
import type { InsightAnswer, Question } from "@/api/types";
import { Answer } from "./answer";
import { ChosenPeople } from "./chosen-people";
import type { Chosen } from "./question";
import styles from "./insight.module.css";

/** An answer that stands on another page; its numbers open to their customers there too. */
export function CardAnswer({ question, answer }: { question: Question; answer: InsightAnswer }) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  return (
    <div className={styles.answer}>
      <Answer question={question} answer={answer} onChoose={setChosen} />
      <ChosenPeople question={question} chosen={chosen} onClose={() => setChosen(null)} />
    </div>
  );
}
