import { Button, DatePicker, Drawer, Input, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { deleteMaterial, publishMaterial, saveMaterial, switchMaterial } from "@/api/content";
import type { MaterialDefinition, MaterialRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { BodyFields } from "./body-fields";
import { bodyOf, isWhole, newBody, type DraftBody } from "./body";
import { contentTexts } from "./content-texts";
import styles from "./content.module.css";
import { CustomerPreview } from "./customer-preview";
import { PieceActions } from "./piece-actions";
import { KINDS } from "./stages";
import { usePiece } from "./use-piece";

/** A material in the hand. */
export function MaterialDrawer({ material, onClose }: { material: MaterialRow | null; onClose: () => void }) {
  const t = useTexts(contentTexts);
  const may = useMay();
  const notices = useNotices();
  const start = material?.draft_definition ?? material?.definition;
  const [name, setName] = useState(material?.name ?? "");
  const [body, setBody] = useState<DraftBody>(
    start ? { ...newBody(start.body.kind), ...start.body } : newBody("article"),
  );
  const [rest, setRest] = useState({
    folder: start?.folder ?? "",
    tags: start?.tags ?? [],
    note: start?.note ?? "",
    expires_on: start?.expires_on ?? null,
  });
  const store = usePiece({
    row: material,
    idOf: (row: MaterialRow) => row.material_id,
    key: "materials",
    save: saveMaterial,
    publish: publishMaterial,
    onDone: (text) => {
      notices.done(t[text]);
      onClose();
    },
  });
  const mayWrite = may(rights.writeMaterials);
  const mayPublish = may(rights.publishMaterials);
  const isReady = name.trim() !== "" && isWhole(body);
  const submit = (publish: boolean) => {
    const definition: MaterialDefinition = { body: bodyOf(body), ...rest };
    store.submit({ name, definition }, publish);
  };
  return (
    <Drawer
      open
      size={560}
      title={material ? t.editMaterial : t.newMaterial}
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
        <BodyFields body={body} files={material?.files ?? []} disabled={!mayWrite} onChange={setBody} />
        {body.kind === "text" && may(rights.readCustomers) && <CustomerPreview text={body.text} />}
        <Field label={t.tags}>
          {(control) => (
            <Select
              {...control}
              mode="tags"
              open={false}
              suffix={null}
              style={{ width: "100%" }}
              disabled={!mayWrite}
              value={rest.tags}
              onChange={(tags: string[]) => setRest({ ...rest, tags })}
            />
          )}
        </Field>
        <Field label={t.folder}>
          {(control) => (
            <Input
              {...control}
              maxLength={40}
              disabled={!mayWrite}
              value={rest.folder}
              onChange={(event) => setRest({ ...rest, folder: event.target.value })}
            />
          )}
        </Field>
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
        {material && material.used_by.length > 0 && (
          <p className={styles.quiet}>
            {t.usedBy}: {material.used_by.map((each) => each.name).join(" · ")}
          </p>
        )}
        {material && (
          <PieceActions
            id={material.material_id}
            status={material.status}
            listKey="materials"
            mayWrite={mayWrite}
            mayPublish={mayPublish}
            onSwitch={switchMaterial}
            onDelete={deleteMaterial}
            onDone={onClose}
          />
        )}
      </div>
    </Drawer>
  );
}
