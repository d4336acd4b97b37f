import { useVocabulary } from "@/shared/i18n/vocabulary";
import { partsOf } from "./places";
import styles from "./text-with-places.module.css";

/** A text that is filled for each customer: where it will be, it shows what stands there, and that it is a place. */
export function TextWithPlaces({ text }: { text: string }) {
  const vocabulary = useVocabulary();
  return partsOf(text).map((part, at) =>
    typeof part === "string" ? (
      part
    ) : (
      <span key={at} className={styles.place}>
        {part.instead || vocabulary.say("attributes", part.attribute)}
      </span>
    ),
  );
}
