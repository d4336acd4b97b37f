import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Input, InputNumber, Modal, Select } from "antd";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { codeListQuery, deleteStore, saveStore } from "@/api/codes";
import { unitsQuery } from "@/api/company";
import type { StoreDraft, StoreRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { StoreHours } from "./store-hours";
import { storesTexts } from "./stores-texts";
import styles from "./codes.module.css";

const NEW_STORE = {
  number: "",
  name: "",
  city: "",
  address: "",
  latitude: null as number | null,
  longitude: null as number | null,
  hours: [] as StoreDraft["hours"],
  unit_id: null as number | null,
  code_id: null as number | null,
  group_code_id: null as number | null,
  is_active: true,
};
type Edit = typeof NEW_STORE;

const toEdit = (store: StoreRow): Edit => ({
  number: store.number,
  name: store.name,
  city: store.city,
  address: store.address,
  latitude: store.latitude,
  longitude: store.longitude,
  hours: store.hours,
  unit_id: store.unit_id ?? null,
  code_id: store.code_id ?? null,
  group_code_id: store.group_code_id ?? null,
  is_active: store.is_active,
});

function useStoreChanges(store: StoreRow | null, onClose: () => void) {
  const t = useTexts(storesTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const done = async (text: string) => {
    notices.done(text);
    await queryClient.invalidateQueries({ queryKey: ["stores"] });
    onClose();
  };
  const save = useMutation({
    mutationFn: (draft: StoreDraft) => saveStore(store?.store_id ?? null, draft),
    onSuccess: () => done(t.saved),
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: (id: number) => deleteStore(id),
    onSuccess: () => done(t.removed),
    onError: notices.failed,
  });
  return { save, remove };
}

interface StoreDialogProps {
  store: StoreRow | null;
  onClose: () => void;
}

/** Where a store is made and changed. */
export function StoreDialog({ store, onClose }: StoreDialogProps) {
  const t = useTexts(storesTexts);
  const { modal } = App.useApp();
  const [edit, setEdit] = useState<Edit>(() => (store ? toEdit(store) : NEW_STORE));
  const { save, remove } = useStoreChanges(store, onClose);
  const set = (changed: Partial<Edit>) => setEdit((before) => ({ ...before, ...changed }));
  const units = useQuery(unitsQuery());
  const list = useInfiniteQuery(codeListQuery());
  const codes = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const wrong = save.error instanceof ApiError ? save.error.fields.field : null;
  const { latitude, longitude } = edit;
  const isReady =
    edit.number.trim() && edit.name.trim() && edit.city.trim() && latitude !== null && longitude !== null;
  const text = (field: "number" | "name" | "city" | "address", most: number) => (
    <Field label={t[field]} error={wrong === field ? t.wrong : null}>
      {(control) => (
        <Input
          {...control}
          maxLength={most}
          value={edit[field]}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
  const degrees = (field: "latitude" | "longitude", most: number) => (
    <Field label={t[field]}>
      {(control) => (
        <InputNumber
          {...control}
          style={{ width: "100%" }}
          min={-most}
          max={most}
          step={0.0001}
          value={edit[field]}
          onChange={(value) => set({ [field]: value })}
        />
      )}
    </Field>
  );
  const code = (field: "code_id" | "group_code_id", modes: readonly string[]) => (
    <Field label={t[field]} error={wrong === field ? t.wrong : null}>
      {(control) => (
        <Select<number | null>
          {...control}
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          placeholder={t.noCode}
          value={edit[field]}
          options={codes
            .filter((each) => modes.includes((each.draft_definition ?? each.definition).mode))
            .map((each) => ({ value: each.code_id, label: each.name }))}
          onPopupScroll={() => {
            if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
          }}
          onChange={(id: number | null | undefined) => set({ [field]: id ?? null })}
        />
      )}
    </Field>
  );
  const ask = (of: StoreRow) =>
    modal.confirm({
      title: t.removeSure(of.name),
      okText: t.remove,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => remove.mutateAsync(of.store_id).catch(() => undefined),
    });
  const submit = () =>
    latitude !== null && longitude !== null && save.mutate({ ...edit, latitude, longitude });
  return (
    <Modal
      open
      width={680}
      title={store ? store.name : t.create}
      onCancel={onClose}
      footer={
        <div className={styles.foot}>
          {store && (
            <Button danger type="text" onClick={() => ask(store)}>
              {t.remove}
            </Button>
          )}
          <span />
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="primary" disabled={!isReady} loading={save.isPending} onClick={submit}>
            {t.save}
          </Button>
        </div>
      }
    >
      <div className={styles.stack}>
        <div className={styles.pair}>
          {text("name", 200)}
          {text("number", 40)}
          {text("city", 200)}
          {text("address", 200)}
          {degrees("latitude", 90)}
          {degrees("longitude", 180)}
        </div>
        <p className={styles.quiet}>{t.placeNote}</p>
        <StoreHours hours={edit.hours} wrong={wrong === "hours"} onChange={(hours) => set({ hours })} />
        <div className={styles.pair}>
          {code("code_id", ["landing", "direct"])}
          {code("group_code_id", ["groups"])}
        </div>
        <Field label={t.unit}>
          {(control) => (
            <Select<number | null>
              {...control}
              allowClear
              showSearch={{ optionFilterProp: "label" }}
              placeholder={t.noUnit}
              value={edit.unit_id}
              options={(units.data?.rows ?? []).map((unit) => ({ value: unit.unit_id, label: unit.name }))}
              onChange={(id: number | null | undefined) => set({ unit_id: id ?? null })}
            />
          )}
        </Field>
        <Checkbox checked={edit.is_active} onChange={(event) => set({ is_active: event.target.checked })}>
          {t.isActive}
        </Checkbox>
      </div>
    </Modal>
  );
}
