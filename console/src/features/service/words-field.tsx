import { TypedWords } from "@/shared/ui/typed-words";
import styles from "./service.module.css";

interface WordsFieldProps {
  label: string;
  words: readonly string[];
  isWrong: boolean;
  onChange: (words: string[]) => void;
}

const WORDS_MAX = 20;
const LENGTH_MAX = 40;

/** Words that are typed one after the other. */
export function WordsField({ label, words, isWrong, onChange }: WordsFieldProps) {
  return (
    <TypedWords
      className={styles.words ?? ""}
      aria-label={label}
      placeholder={label}
      maxCount={WORDS_MAX}
      tokenSeparators={[",", "，", "、", " "]}
      status={isWrong ? "error" : ""}
      value={words}
      onChange={(next) =>
        onChange([...new Set(next.map((each) => each.trim().slice(0, LENGTH_MAX)))].filter(Boolean))
      }
    />
  );
}
