import { Input } from "antd";
import { useState } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { identityTexts } from "./identity-texts";

const LENGTH_MAX = 200;

/** A reason that has to be given; `take` gives it, or shows that it is missing. */
export function useReason() {
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const take = () => {
    setTried(true);
    return text.trim();
  };
  return { text, setText, take, isMissing: tried && !text.trim() };
}

export function ReasonField({
  reason,
  onEnter,
}: {
  reason: ReturnType<typeof useReason>;
  onEnter: () => void;
}) {
  const t = useTexts(identityTexts);
  return (
    <Field label={t.reason} note={t.reasonNote} error={reason.isMissing ? t.reasonNeeded : null}>
      {(control) => (
        <Input
          {...control}
          maxLength={LENGTH_MAX}
          placeholder={t.reasonPlaceholder}
          value={reason.text}
          onChange={(event) => reason.setText(event.target.value)}
          onPressEnter={onEnter}
        />
      )}
    </Field>
  );
}
