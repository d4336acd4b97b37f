import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { filledTextQuery } from "@/api/content";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { Field } from "@/shared/ui/field";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { contentTexts } from "./content-texts";
import { CustomerSelect } from "./customer-select";
import styles from "./content.module.css";

/** A text with its places as one customer reads it. */
export function CustomerPreview({ text }: { text: string }) {
  const t = useTexts(contentTexts);
  const list = useWordList();
  const [customerId, setCustomerId] = useState<number | null>(null);
  const later = useDebounced(text, TYPING_PAUSE_MS);
  const filled = useQuery({
    ...filledTextQuery(later, customerId ?? 0),
    enabled: customerId !== null && later !== "",
  });
  return (
    <Field label={t.preview}>
      {(control) => (
        <>
          <CustomerSelect
            control={control}
            placeholder={t.previewPlaceholder}
            value={customerId}
            onChange={setCustomerId}
          />
          {filled.data && <p className={styles.preview}>{filled.data.text}</p>}
          {filled.data && filled.data.missing.length > 0 && (
            <p className={styles.warn}>{t.missing(list(filled.data.missing))}</p>
          )}
        </>
      )}
    </Field>
  );
}
