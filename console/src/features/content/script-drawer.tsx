import { Button, Drawer, Input, Select } from "antd";
import { useState } from "react";
import { deleteScript, publishScript, saveScript, switchScript } from "@/api/content";
import type { ScriptDefinition, ScriptRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { MaterialsSelect } from "@/shared/materials/material-select";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { contentTexts } from "./content-texts";
import styles from "./content.module.css";
import { CustomerPreview } from "./customer-preview";
import { PieceActions } from "./piece-actions";
import { STAGES } from "./stages";
import { usePiece } from "./use-piece";

const EMPTY: ScriptDefinition = {
  stage: "ice_break",
  text: "",
  folder: "",
  keywords: [],
  material_ids: [],
  note: "",
};

/** A script in the hand. */
export function ScriptDrawer({ script, onClose }: { script: ScriptRow | null; onClose: () => void }) {
  const t = useTexts(contentTexts);
  const may = useMay();
  const notices = useNotices();
  const [name, setName] = useState(script?.name ?? "");
  const [definition, setDefinition] = useState(script?.draft_definition ?? script?.definition ?? EMPTY);
  const set = (change: Partial<ScriptDefinition>) => setDefinition({ ...definition, ...change });
  const store = usePiece({
    row: script,
    idOf: (row: ScriptRow) => row.script_id,
    key: "scripts",
    save: saveScript,
    publish: publishScript,
    onDone: (text) => {
      notices.done(t[text]);
      onClose();
    },
  });
  const mayWrite = may(rights.writeScripts);
  const mayPublish = may(rights.publishScripts);
  const isReady = name.trim() !== "" && definition.text.trim() !== "";
  const submit = (publish: boolean) => store.submit({ name, definition }, publish);
  return (
    <Drawer
      open
      size={560}
      title={script ? t.editScript : t.newScript}
      onClose={onClose}
      extra={
        mayWrite && (
          <span className={styles.actions}>
            <Button disabled={!isReady || store.isPending} onClick={() => submit(false)}>
              {t.save}
            </Button>
            {mayPublish && (
              <Button
                type="primary"
                disabled={!isReady}
                loading={store.isPending}
                onClick={() => submit(true)}
              >
                {t.publish}
              </Button>
            )}
          </span>
        )
      }
    >
      <div className={styles.form}>
        <Field label={t.name}>
          {(control) => (
            <Input
              {...control}
              maxLength={120}
              disabled={!mayWrite}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.stage}>
          {(control) => (
            <Select
              {...control}
              style={{ width: "100%" }}
              disabled={!mayWrite}
              value={definition.stage}
              onChange={(stage) => set({ stage })}
              options={STAGES.map((each) => ({ value: each, label: t.stages[each] }))}
            />
          )}
        </Field>
        <Field label={t.text} note={t.textNote}>
          {(control) => (
            <Input.TextArea
              {...control}
              maxLength={2000}
              autoSize={{ minRows: 4, maxRows: 14 }}
              disabled={!mayWrite}
              value={definition.text}
              onChange={(event) => set({ text: event.target.value })}
            />
          )}
        </Field>
        {may(rights.readCustomers) && <CustomerPreview text={definition.text} />}
        <Field label={t.keywords} note={t.keywordsNote}>
          {(control) => (
            <Select
              {...control}
              mode="tags"
              open={false}
              suffix={null}
              style={{ width: "100%" }}
              disabled={!mayWrite}
              value={definition.keywords}
              onChange={(keywords: string[]) => set({ keywords })}
            />
          )}
        </Field>
        {may(rights.readMaterials) && (
          <Field label={t.attached}>
            {(control) => (
              <MaterialsSelect
                control={control}
                disabled={!mayWrite}
                value={definition.material_ids}
                onChange={(ids) => set({ material_ids: ids })}
              />
            )}
          </Field>
        )}
        <Field label={t.folder}>
          {(control) => (
            <Input
              {...control}
              maxLength={40}
              disabled={!mayWrite}
              value={definition.folder}
              onChange={(event) => set({ folder: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.note}>
          {(control) => (
            <Input
              {...control}
              maxLength={500}
              disabled={!mayWrite}
              value={definition.note}
              onChange={(event) => set({ note: event.target.value })}
            />
          )}
        </Field>
        {script && script.used_by.length > 0 && (
          <p className={styles.quiet}>
            {t.usedBy}: {script.used_by.map((each) => each.name).join(" · ")}
          </p>
        )}
        {script && (
          <PieceActions
            id={script.script_id}
            status={script.status}
            listKey="scripts"
            mayWrite={mayWrite}
            mayPublish={mayPublish}
            onSwitch={switchScript}
            onDelete={deleteScript}
            onDone={onClose}
          />
        )}
      </div>
    </Drawer>
  );
}
