import { Input, Select } from "antd";
import { useState } from "react";
import {
  deleteScript,
  publishScript,
  saveScript,
  scriptVersion,
  scriptVersionsQuery,
  switchScript,
} from "@/api/content";
import type { ScriptDefinition, ScriptRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { MaterialsSelect } from "@/shared/materials/material-select";
import { rights } from "@/shared/session/rights";
import { useMay, useMayChange } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { TypedWords } from "@/shared/ui/typed-words";
import { STAGES } from "@/shared/materials/script-stages";
import { contentTexts } from "./content-texts";
import { CustomerPreview } from "./customer-preview";
import { PieceDrawer } from "./piece-drawer";

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
  const [definition, setDefinition] = useState(script?.draft_definition ?? script?.definition ?? EMPTY);
  const set = (change: Partial<ScriptDefinition>) => setDefinition({ ...definition, ...change });
  const mayChange = useMayChange(script);
  const mayWrite = mayChange(rights.writeScripts);
  return (
    <PieceDrawer
      title={script ? t.editScript : t.newScript}
      row={script}
      listKey="scripts"
      idOf={(row) => row.script_id}
      save={saveScript}
      publish={publishScript}
      switchTo={switchScript}
      remove={deleteScript}
      versions={scriptVersionsQuery}
      take={async (scriptId, version) => setDefinition((await scriptVersion(scriptId, version)).definition)}
      mayWrite={mayWrite}
      mayPublish={mayChange(rights.publishScripts)}
      writing={rights.writeScripts}
      definition={definition}
      isWhole={definition.text.trim() !== ""}
      folder={definition.folder}
      onFolder={(folder) => set({ folder })}
      onClose={onClose}
      after={
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
      }
    >
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
          <TypedWords
            {...control}
            disabled={!mayWrite}
            value={definition.keywords}
            onChange={(keywords) => set({ keywords })}
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
    </PieceDrawer>
  );
}
