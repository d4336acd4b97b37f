import { FileTextOutlined, PlusOutlined, SearchOutlined, StarFilled, StarOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Segmented, Select } from "antd";
import { useState } from "react";
import { markScript, scriptFoldersQuery, scriptListQuery } from "@/api/content";
import type { ScriptRow, ScriptStage } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { STAGES } from "@/shared/materials/script-stages";
import { TextWithPlaces } from "@/shared/materials/text-with-places";
import { contentTexts } from "./content-texts";
import styles from "./content.module.css";
import { PieceStatus } from "./piece-status";
import { ScriptDrawer } from "./script-drawer";

function Card({ script, onOpen }: { script: ScriptRow; onOpen: () => void }) {
  const t = useTexts(contentTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const marking = useMutation({
    mutationFn: () => markScript(script.script_id, !script.is_favourite),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["scripts"] }),
    onError: notices.failed,
  });
  const { definition } = script;
  return (
    <li className={styles.card} aria-label={script.name}>
      <div className={styles.head}>
        <button type="button" className={styles.name} onClick={onOpen}>
          {script.name}
        </button>
        <Button
          type="text"
          size="small"
          aria-pressed={script.is_favourite}
          aria-label={`${script.is_favourite ? t.unfavourite : t.favourite} ${script.name}`}
          icon={script.is_favourite ? <StarFilled aria-hidden /> : <StarOutlined aria-hidden />}
          onClick={() => marking.mutate()}
        />
      </div>
      <p className={styles.text}>
        <TextWithPlaces text={definition.text} />
      </p>
      <div className={styles.foot}>
        <span className={styles.word}>{t.stages[definition.stage]}</span>
        {definition.folder && <span>{definition.folder}</span>}
        <PieceStatus piece={script} />
        {script.uses > 0 && <span className="num">{t.used(script.uses)}</span>}
        <When at={script.updated_at} />
      </div>
    </li>
  );
}

/** Scripts: what to say at each step of a talk. */
export function ScriptList() {
  const t = useTexts(contentTexts);
  const may = useMay();
  const [words, setWords] = useState("");
  const [stage, setStage] = useState<ScriptStage | "all">("all");
  const [folder, setFolder] = useState("");
  const [onlyFavourites, setOnlyFavourites] = useState(false);
  const [open, setOpen] = useState<ScriptRow | "new" | null>(null);
  const q = useDebounced(words, TYPING_PAUSE_MS);
  const filter = { q, folder, onlyFavourites, ...(stage === "all" ? {} : { form: [stage] }) };
  const list = useInfiniteQuery(scriptListQuery(filter));
  const { data: folders } = useQuery(scriptFoldersQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const isAll = !q && stage === "all" && !folder && !onlyFavourites;
  const create = may(rights.writeScripts) && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen("new")}>
      {t.newScript}
    </Button>
  );
  return (
    <>
      <div className={styles.bar}>
        <Input
          allowClear
          prefix={<SearchOutlined aria-hidden />}
          className={styles.search ?? ""}
          placeholder={t.search.scripts}
          aria-label={t.search.scripts}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        {folders && folders.rows.length > 0 && (
          <Select
            aria-label={t.folder}
            style={{ minWidth: 140 }}
            value={folder}
            onChange={setFolder}
            options={[
              { value: "", label: t.allFolders },
              ...folders.rows.map((each) => ({
                value: each.name,
                label: `${each.name} (${String(each.count)})`,
              })),
            ]}
          />
        )}
        <Checkbox checked={onlyFavourites} onChange={(event) => setOnlyFavourites(event.target.checked)}>
          {t.favourites}
        </Checkbox>
        <span className={styles.spacer} />
        {create}
      </div>
      <div className={`${styles.bar} ${styles.scroll}`}>
        <Segmented<ScriptStage | "all">
          aria-label={t.stage}
          value={stage}
          onChange={setStage}
          options={[
            { value: "all", label: t.all },
            ...STAGES.map((each) => ({ value: each, label: t.stages[each] })),
          ]}
        />
      </div>
      {list.error && !rows ? (
        <Panel>
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        </Panel>
      ) : !rows ? (
        <Panel>
          <SkeletonLines lines={6} />
        </Panel>
      ) : rows.length === 0 ? (
        <Panel>
          <EmptyState
            icon={<FileTextOutlined aria-hidden />}
            title={isAll ? t.noScripts : t.none}
            text={isAll ? t.noScriptsText : undefined}
            action={isAll ? create : undefined}
          />
        </Panel>
      ) : (
        <ul className={styles.cards} aria-label={t.tabs.scripts}>
          {rows.map((script) => (
            <Card key={script.script_id} script={script} onOpen={() => setOpen(script)} />
          ))}
        </ul>
      )}
      <LoadMore query={list} />
      {open && (
        <ScriptDrawer
          key={open === "new" ? "new" : open.script_id}
          script={open === "new" ? null : open}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
