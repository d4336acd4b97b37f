import { FileOutlined, LinkOutlined, PictureOutlined, PlusOutlined, ReadOutlined } from "@ant-design/icons";
import { AppstoreOutlined, AlignLeftOutlined, SearchOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Checkbox, Input, Segmented } from "antd";
import { useState, type ReactNode } from "react";
import { materialListQuery } from "@/api/content";
import type { MaterialBody, MaterialKind, MaterialRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { TextWithPlaces } from "@/shared/materials/text-with-places";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { When } from "@/shared/ui/when";
import { contentTexts } from "./content-texts";
import styles from "./content.module.css";
import { MaterialDrawer } from "./material-drawer";
import { PieceStatus } from "./piece-status";
import { KINDS } from "./kinds";

const ICONS: Record<MaterialKind, ReactNode> = {
  article: <ReadOutlined aria-hidden />,
  image: <PictureOutlined aria-hidden />,
  link: <LinkOutlined aria-hidden />,
  file: <FileOutlined aria-hidden />,
  miniprogram: <AppstoreOutlined aria-hidden />,
  text: <AlignLeftOutlined aria-hidden />,
};

/** What it says, in short; of an article its words without the marks of its headings. */
function saidOf(body: MaterialBody): string {
  if (body.kind === "article") return body.text.replace(/^## /gm, "");
  if (body.kind === "text") return body.text;
  return "description" in body ? body.description : "";
}

function Card({ material, onOpen }: { material: MaterialRow; onOpen: () => void }) {
  const t = useTexts(contentTexts);
  const { body, folder, expires_on: expiresOn } = material.definition;
  const picture = material.files.find((each) => each.kind === "image");
  const said = saidOf(body);
  return (
    <li className={styles.card} aria-label={material.name}>
      {picture ? (
        <img src={picture.url} alt="" className={styles.picture} loading="lazy" />
      ) : (
        <span className={`${styles.picture} ${styles.blank}`} aria-hidden="true">
          {ICONS[body.kind]}
        </span>
      )}
      <button type="button" className={styles.name} onClick={onOpen}>
        {material.name}
      </button>
      {said && <p className={styles.text}>{body.kind === "text" ? <TextWithPlaces text={said} /> : said}</p>}
      <div className={styles.foot}>
        <span className={styles.word}>{t.kinds[body.kind]}</span>
        {folder && <span>{folder}</span>}
        <PieceStatus piece={material} />
        {expiresOn && <span>{`${t.expires} ${expiresOn}`}</span>}
        <When at={material.updated_at} />
      </div>
    </li>
  );
}

/** Materials: what can be sent. */
export function MaterialList() {
  const t = useTexts(contentTexts);
  const may = useMay();
  const [words, setWords] = useState("");
  const [kind, setKind] = useState<MaterialKind | "all">("all");
  const [onlyLive, setOnlyLive] = useState(false);
  const [open, setOpen] = useState<MaterialRow | "new" | null>(null);
  const q = useDebounced(words, TYPING_PAUSE_MS);
  const list = useInfiniteQuery(
    materialListQuery({ q, onlyLive, ...(kind === "all" ? {} : { form: [kind] }) }),
  );
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const isAll = !q && kind === "all" && !onlyLive;
  const create = may(rights.writeMaterials) && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen("new")}>
      {t.newMaterial}
    </Button>
  );
  return (
    <>
      <div className={styles.bar}>
        <Input
          allowClear
          prefix={<SearchOutlined aria-hidden />}
          className={styles.search ?? ""}
          placeholder={t.search.materials}
          aria-label={t.search.materials}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <Checkbox checked={onlyLive} onChange={(event) => setOnlyLive(event.target.checked)}>
          {t.onlyLive}
        </Checkbox>
        <span className={styles.spacer} />
        {create}
      </div>
      <div className={`${styles.bar} ${styles.scroll}`}>
        <Segmented<MaterialKind | "all">
          aria-label={t.kind}
          value={kind}
          onChange={setKind}
          options={[
            { value: "all", label: t.all },
            ...KINDS.map((each) => ({ value: each, label: t.kinds[each] })),
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
            icon={<PictureOutlined aria-hidden />}
            title={isAll ? t.noMaterials : t.none}
            text={isAll ? t.noMaterialsText : undefined}
            action={isAll ? create : undefined}
          />
        </Panel>
      ) : (
        <ul className={styles.cards} aria-label={t.tabs.materials}>
          {rows.map((material) => (
            <Card key={material.material_id} material={material} onOpen={() => setOpen(material)} />
          ))}
        </ul>
      )}
      <LoadMore query={list} />
      {open && (
        <MaterialDrawer
          key={open === "new" ? "new" : open.material_id}
          material={open === "new" ? null : open}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
