import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  fillText,
  filledTextQuery,
  markScript,
  materialQuery,
  newKey,
  scriptListQuery,
  tellScriptUse,
} from "@/api/content";
import type { ScriptRow, ScriptStage } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { STAGES } from "@/shared/materials/script-stages";
import { useBar } from "./context";
import { messageOf } from "./send-material";
import styles from "./sidebar.module.css";
import { sidebarTexts } from "./sidebar-texts";

function Script({ script }: { script: ScriptRow }) {
  const t = useTexts(sidebarTexts);
  const list = useWordList();
  const queryClient = useQueryClient();
  const { customerId, send, failed, isInChat } = useBar();
  const { text, material_ids: materialIds } = script.definition;
  const hasPlaces = text.includes("{{");
  const filled = useQuery({ ...filledTextQuery(text, customerId), enabled: hasPlaces });
  const shown = filled.data?.text ?? text;
  const again = () => queryClient.invalidateQueries({ queryKey: ["scripts"] });
  const marking = useMutation({
    mutationFn: () => markScript(script.script_id, !script.is_favourite),
    onSuccess: again,
    onError: failed,
  });
  const sending = useMutation({
    mutationFn: async (withMaterials: boolean) => {
      const content = hasPlaces ? (await fillText(text, customerId)).text : text;
      if (!(await send({ msgtype: "text", text: { content } }))) return;
      await tellScriptUse(script.script_id, customerId, newKey());
      for (const materialId of withMaterials ? materialIds : []) {
        const row = await queryClient.query(materialQuery(materialId));
        await send(await messageOf(row, customerId, isInChat));
      }
    },
    onSuccess: () =>
      Promise.all([again(), queryClient.invalidateQueries({ queryKey: ["timeline", customerId] })]),
    onError: failed,
  });
  return (
    <li className={styles.card} aria-label={script.name}>
      <div className={styles.row}>
        <strong>{script.name}</strong>
        <button
          type="button"
          className={styles.star}
          aria-pressed={script.is_favourite}
          aria-label={`${script.is_favourite ? t.unfavourite : t.favourite} ${script.name}`}
          onClick={() => marking.mutate()}
        >
          {script.is_favourite ? "★" : "☆"}
        </button>
      </div>
      <p className={`${styles.text} ${styles.clamped}`}>{shown}</p>
      {filled.data && filled.data.missing.length > 0 && (
        <p className={styles.warn}>{t.missing(list(filled.data.missing))}</p>
      )}
      <span className={styles.actions}>
        <button
          type="button"
          className={`${styles.button} ${styles.main}`}
          disabled={sending.isPending}
          onClick={() => sending.mutate(false)}
        >
          {isInChat ? t.send : t.copy}
        </button>
        {materialIds.length > 0 && isInChat && (
          <button
            type="button"
            className={styles.button}
            disabled={sending.isPending}
            onClick={() => sending.mutate(true)}
          >
            {t.sendWith}
          </button>
        )}
        <span className={styles.quiet}>
          {[t.stages[script.definition.stage], ...(script.uses ? [t.used(script.uses)] : [])].join(" · ")}
        </span>
      </span>
    </li>
  );
}

/** What to say: found by words or by the stage of the talk, filled for this customer, sent at one tap. */
export function ScriptsTab() {
  const t = useTexts(sidebarTexts);
  const [words, setWords] = useState("");
  const [stage, setStage] = useState<ScriptStage | "all" | "mine">("all");
  const q = useDebounced(words, TYPING_PAUSE_MS);
  const filter = {
    q,
    onlyLive: true,
    onlyFavourites: stage === "mine",
    ...(stage === "all" || stage === "mine" ? {} : { form: [stage] }),
  };
  const found = useInfiniteQuery(scriptListQuery(filter));
  const rows = found.data?.pages.flatMap((page) => page.rows);
  const choices = ["all", "mine", ...STAGES] as const;
  return (
    <>
      <input
        type="search"
        className={styles.search}
        placeholder={t.search.scripts}
        aria-label={t.search.scripts}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <div className={styles.stages}>
        {choices.map((each) => (
          <button
            key={each}
            type="button"
            className={styles.stage}
            aria-pressed={each === stage}
            onClick={() => setStage(each)}
          >
            {each === "mine" ? `★ ${t.favourite}` : t.stages[each]}
          </button>
        ))}
      </div>
      {rows?.length === 0 && <p className={styles.quiet}>{t.none}</p>}
      <ul className={styles.form}>
        {rows?.map((each) => (
          <Script key={each.script_id} script={each} />
        ))}
      </ul>
    </>
  );
}
