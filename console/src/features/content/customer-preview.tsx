import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { filledTextQuery } from "@/api/content";
import { customerListQuery } from "@/api/customers";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { Field } from "@/shared/ui/field";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { contentTexts } from "./content-texts";
import styles from "./content.module.css";

/** A text with its places as one customer reads it. */
export function CustomerPreview({ text }: { text: string }) {
  const t = useTexts(contentTexts);
  const list = useWordList();
  const [words, setWords] = useState("");
  const [customerId, setCustomerId] = useState<number | null>(null);
  const q = useDebounced(words, TYPING_PAUSE_MS);
  const { data } = useInfiniteQuery(customerListQuery({ q: q || undefined }));
  const later = useDebounced(text, TYPING_PAUSE_MS);
  const filled = useQuery({
    ...filledTextQuery(later, customerId ?? 0),
    enabled: customerId !== null && later !== "",
  });
  return (
    <Field label={t.preview}>
      {(control) => (
        <>
          <Select
            {...control}
            allowClear
            style={{ width: "100%" }}
            placeholder={t.previewPlaceholder}
            value={customerId}
            onChange={(value: number | null | undefined) => setCustomerId(value ?? null)}
            showSearch={{ filterOption: false, onSearch: setWords }}
            options={data?.pages[0]?.rows.slice(0, 20).map((each) => ({
              value: each.customer_id,
              label: each.display_name,
            }))}
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
