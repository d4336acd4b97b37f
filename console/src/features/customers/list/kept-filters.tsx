import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Input, Modal, Select } from "antd";
import { useState } from "react";
import { customerFiltersQuery, dropFilter, keepFilter } from "@/api/customer-lists";
import type { CustomerFilterRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { listTexts } from "./list-texts";
import type { List } from "./use-list";
import styles from "./list.module.css";

interface KeptProps {
  list: List;
  columns: readonly string[];
}

function KeepDialog({
  list,
  columns,
  of,
  onClose,
}: KeptProps & { of: CustomerFilterRow | null; onClose: () => void }) {
  const t = useTexts(listTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [name, setName] = useState(of?.name ?? "");
  const [isShared, setShared] = useState(of?.is_shared ?? false);
  const [tried, setTried] = useState(false);
  const keep = useMutation({
    mutationFn: () =>
      keepFilter(of?.filter_id ?? null, {
        name: name.trim(),
        is_shared: isShared,
        filter: list.filter,
        columns: [...columns],
        sort: list.sort,
        is_rising: list.isRising,
      }),
    onSuccess: async (kept) => {
      notices.done(t.saved);
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["customer-filters"] });
      list.setKept(kept.filter_id);
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={of ? t.overwrite : t.keepTitle}
      okText={t.keep}
      cancelText={t.cancel}
      confirmLoading={keep.isPending}
      onOk={() => {
        setTried(true);
        if (name.trim()) keep.mutate();
      }}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p className={styles.quiet}>{t.keepText}</p>
        <Field label={t.filterName} error={tried && !name.trim() ? t.needName : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {may(rights.writeSegments) && (
          <Checkbox checked={isShared} onChange={(event) => setShared(event.target.checked)}>
            {t.share}
          </Checkbox>
        )}
      </div>
    </Modal>
  );
}

/** Filters that were kept, one's own and everybody's; and keeping the one that stands. */
export function KeptFilters({
  list,
  columns,
  onColumns,
}: KeptProps & { onColumns: (columns: string[]) => void }) {
  const t = useTexts(listTexts);
  const may = useMay();
  const { modal } = App.useApp();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data } = useQuery(customerFiltersQuery());
  const [keeping, setKeeping] = useState<"new" | "same" | null>(null);
  const kept = data?.rows.find((row) => row.filter_id === list.keptId) ?? null;
  const mayChange = kept !== null && (kept.is_own || may(rights.writeSegments));
  const drop = useMutation({
    mutationFn: dropFilter,
    onSuccess: async () => {
      notices.done(t.dropped);
      list.setKept(null);
      await queryClient.invalidateQueries({ queryKey: ["customer-filters"] });
    },
    onError: notices.failed,
  });
  const grouped = [
    { label: t.mine, rows: data?.rows.filter((row) => !row.is_shared) ?? [] },
    { label: t.shared, rows: data?.rows.filter((row) => row.is_shared) ?? [] },
  ].filter((group) => group.rows.length > 0);
  return (
    <>
      <Select
        allowClear
        className={styles.segment ?? ""}
        aria-label={t.kept}
        placeholder={t.kept}
        notFoundContent={t.noKept}
        value={kept?.filter_id}
        options={grouped.map(({ label, rows }) => ({
          label,
          options: rows.map((row) => ({ value: row.filter_id, label: row.name })),
        }))}
        onChange={(id: number | undefined) => {
          const chosen = data?.rows.find((row) => row.filter_id === id);
          if (!chosen) {
            list.clear();
            return;
          }
          list.open(chosen);
          if (chosen.columns.length) onColumns(chosen.columns);
        }}
      />
      {(list.isFiltered || list.sort !== "newest") && (
        <Button onClick={() => setKeeping("new")}>{t.keep}</Button>
      )}
      {kept && mayChange && (
        <>
          <Button onClick={() => setKeeping("same")}>{t.overwrite}</Button>
          <Button
            type="text"
            danger
            onClick={() =>
              void modal.confirm({
                title: t.dropQuestion(kept.name),
                content: kept.is_shared ? t.dropShared : undefined,
                okText: t.drop,
                cancelText: t.cancel,
                okButtonProps: { danger: true },
                onOk: () => drop.mutateAsync(kept.filter_id).catch(() => undefined),
              })
            }
          >
            {t.drop}
          </Button>
        </>
      )}
      {keeping && (
        <KeepDialog
          list={list}
          columns={columns}
          of={keeping === "same" ? kept : null}
          onClose={() => setKeeping(null)}
        />
      )}
    </>
  );
}
