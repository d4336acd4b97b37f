import { Input } from "antd";
import { useState } from "react";
import { privacyWords } from "@/shared/i18n/privacy-words";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "./field";

/** A word that has to be typed before something that cannot be undone. */
export function useWord() {
  const { word } = useTexts(privacyWords);
  const [typed, setTyped] = useState("");
  const [missed, setMissed] = useState(false);
  return {
    word,
    typed,
    missed,
    is: typed.trim() === word,
    type: (text: string) => {
      setTyped(text);
      setMissed(false);
    },
    /** The word, or null and a hint below the field. */
    take: () => {
      setMissed(typed.trim() !== word);
      return typed.trim() === word ? word : null;
    },
  };
}

export function WordField({ word, onEnter }: { word: ReturnType<typeof useWord>; onEnter: () => void }) {
  const t = useTexts(privacyWords);
  return (
    <Field label={t.typeWord(word.word)} error={word.missed ? t.wrongWord(word.word) : null}>
      {(control) => (
        <Input
          {...control}
          autoComplete="off"
          value={word.typed}
          onChange={(event) => word.type(event.target.value)}
          onPressEnter={onEnter}
        />
      )}
    </Field>
  );
}
