import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { filledTextQuery, materialListQuery } from "@/api/content";
import type { MaterialRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { AddressForm } from "./address-form";
import { useBar } from "./context";
import { messageOf } from "./send-material";
import styles from "./sidebar.module.css";
import { sidebarTexts } from "./sidebar-texts";

const OPENED_AS_LINK = new Set(["article", "link"]);

function Material({ row }: { row: MaterialRow }) {
  const t = useTexts(sidebarTexts);
  const queryClient = useQueryClient();
  const { customerId, send, failed, isInChat } = useBar();
  const { body } = row.definition;
  const text = body.kind === "text" ? body.text : "";
  const filled = useQuery({ ...filledTextQuery(text, customerId), enabled: text.includes("{{") });
  const picture = row.files.find((each) => each.kind === "image");
  const sending = useMutation({
    mutationFn: async () => send(await messageOf(row, customerId, isInChat)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["links"] }),
    onError: failed,
  });
  return (
    <li className={styles.card} aria-label={row.name}>
      <div className={styles.with}>
        {picture && <img src={picture.url} alt="" className={styles.thumb} loading="lazy" />}
        <div>
          <strong>{row.name}</strong>
          <p className={`${styles.quiet} ${styles.clamped}`}>
            {body.kind === "text" ? (filled.data?.text ?? text) : "description" in body && body.description}
          </p>
        </div>
      </div>
      <span className={styles.actions}>
        <button
          type="button"
          className={`${styles.button} ${styles.main}`}
          disabled={sending.isPending}
          onClick={() => sending.mutate()}
        >
          {isInChat ? t.send : t.copy}
        </button>
        <span className={styles.quiet}>{OPENED_AS_LINK.has(body.kind) ? t.tracked : t.kinds[body.kind]}</span>
      </span>
    </li>
  );
}

/** What to send: pages go as a link of one's own that tells who opened it. */
export function MaterialsTab() {
  const t = useTexts(sidebarTexts);
  const [words, setWords] = useState("");
  const q = useDebounced(words, TYPING_PAUSE_MS);
  const found = useInfiniteQuery(materialListQuery({ q, onlyLive: true }));
  const rows = found.data?.pages.flatMap((page) => page.rows);
  return (
    <>
      <AddressForm />
      <input
        type="search"
        className={styles.search}
        placeholder={t.search.materials}
        aria-label={t.search.materials}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {rows?.length === 0 && <p className={styles.quiet}>{t.none}</p>}
      <ul className={styles.form}>
        {rows?.map((each) => (
          <Material key={each.material_id} row={each} />
        ))}
      </ul>
    </>
  );
}
