import { DatePicker, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import {
  deleteMaterial,
  materialVersion,
  materialVersionsQuery,
  publishMaterial,
  saveMaterial,
  switchMaterial,
} from "@/api/content";
import type { ContentFile, MaterialDefinition, MaterialRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay, useMayChange } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { TypedWords } from "@/shared/ui/typed-words";
import { BodyFields } from "./body-fields";
import { bodyOf, isWhole, newBody, type DraftBody } from "./body";
import { contentTexts } from "./content-texts";
import { CustomerPreview } from "./customer-preview";
import { PieceDrawer } from "./piece-drawer";
import { KINDS } from "./kinds";

/** A material in the hand. */
export function MaterialDrawer({ material, onClose }: { material: MaterialRow | null; onClose: () => void }) {
  const t = useTexts(contentTexts);
  const may = useMay();
  const start = material?.draft_definition ?? material?.definition;
  const [body, setBody] = useState<DraftBody>(
    start ? { ...newBody(start.body.kind), ...start.body } : newBody("article"),
  );
  const [rest, setRest] = useState({
    folder: start?.folder ?? "",
    tags: start?.tags ?? [],
    note: start?.note ?? "",
    expires_on: start?.expires_on ?? null,
  });
  const [taken, setTaken] = useState<{ version: number; files: ContentFile[] }>();
  const take = async (materialId: number, version: number) => {
    const { definition: old, files } = await materialVersion(materialId, version);
    setBody({ ...newBody(old.body.kind), ...old.body });
    setRest({ folder: old.folder, tags: old.tags, note: old.note, expires_on: old.expires_on ?? null });
    setTaken({ version, files });
  };
  const mayChange = useMayChange(material);
  const mayWrite = mayChange(rights.writeMaterials);
  const definition: MaterialDefinition = { body: bodyOf(body), ...rest };
  return (
    <PieceDrawer
      title={material ? t.editMaterial : t.newMaterial}
      row={material}
      listKey="materials"
      idOf={(row) => row.material_id}
      save={saveMaterial}
      publish={publishMaterial}
      switchTo={switchMaterial}
      remove={deleteMaterial}
      versions={materialVersionsQuery}
      take={take}
      mayWrite={mayWrite}
      mayPublish={mayChange(rights.publishMaterials)}
      writing={rights.writeMaterials}
      definition={definition}
      isWhole={isWhole(body)}
      folder={rest.folder}
      onFolder={(folder) => setRest({ ...rest, folder })}
      onClose={onClose}
      after={
        <Field label={t.expires}>
          {(control) => (
            <DatePicker
              {...control}
              disabled={!mayWrite}
              value={rest.expires_on ? dayjs(rest.expires_on) : null}
              onChange={(day) => setRest({ ...rest, expires_on: day ? day.format("YYYY-MM-DD") : null })}
            />
          )}
        </Field>
      }
    >
      <Field label={t.kind}>
        {(control) => (
          <Select
            {...control}
            style={{ width: "100%" }}
            disabled={!mayWrite}
            value={body.kind}
            onChange={(kind) =>
              setBody({ ...newBody(kind), title: body.title, description: body.description })
            }
            options={KINDS.map((each) => ({ value: each, label: t.kinds[each] }))}
          />
        )}
      </Field>
      <BodyFields
        key={taken?.version}
        body={body}
        files={[...(material?.files ?? []), ...(taken?.files ?? [])]}
        disabled={!mayWrite}
        onChange={setBody}
      />
      {body.kind === "text" && may(rights.readCustomers) && <CustomerPreview text={body.text} />}
      <Field label={t.tags}>
        {(control) => (
          <TypedWords
            {...control}
            disabled={!mayWrite}
            value={rest.tags}
            onChange={(tags) => setRest({ ...rest, tags })}
          />
        )}
      </Field>
    </PieceDrawer>
  );
}
