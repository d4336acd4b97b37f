import { ExportOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Modal, Segmented } from "antd";
import { useState } from "react";
import { exportSegment, type ExportFormat } from "@/api/segments";
import type { Segment } from "@/api/types";
import { vocabularyQuery } from "@/api/vocabulary";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { useNotices } from "@/shared/ui/use-notices";
import { ExportTable } from "./export-table";
import { exportTexts } from "./export-texts";
import { pageTexts } from "./page-texts";
import { useSegment } from "./segment-context";
import styles from "./segment-page.module.css";

const FORMATS: readonly ExportFormat[] = ["csv", "xlsx", "parquet"];
const COLUMNS = [
  "customer_id",
  "name",
  "contact",
  "city",
  "first_seen_at",
  "last_seen_at",
  "orders",
  "revenue",
  "last_order_at",
  "tags",
] as const;
const CHOSEN_FIRST: readonly string[] = ["customer_id", "name", "contact", "orders", "revenue"];

function useColumnOptions() {
  const { columns } = useTexts(exportTexts);
  const vocabulary = useVocabulary();
  const { data } = useQuery(vocabularyQuery());
  const attributes = data?.attributes
    .map(({ name }) => name)
    .filter((name) => name !== "name" && name !== "city");
  return [
    ...COLUMNS.map((value) => ({ value, label: columns[value] })),
    ...(attributes ?? []).map((name) => ({
      value: `attribute:${name}`,
      label: vocabulary.say("attributes", name),
    })),
  ];
}

function ExportDialog({ segment, onClose }: { segment: Segment; onClose: () => void }) {
  const t = useTexts(pageTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [format, setFormat] = useState<ExportFormat>("csv");
  const [columns, setColumns] = useState<readonly string[]>(CHOSEN_FIRST);
  const options = useColumnOptions();
  const asking = useMutation({
    mutationFn: () => exportSegment(segment.segment_id, format, columns),
    onSuccess: async () => {
      onClose();
      notices.done(t.exportStarted);
      await queryClient.invalidateQueries({ queryKey: ["segment-exports"] });
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={t.export}
      okText={t.startExport}
      cancelText={t.cancel}
      okButtonProps={{ disabled: columns.length === 0 }}
      confirmLoading={asking.isPending}
      onOk={() => asking.mutate()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p>{t.exportText}</p>
        <Segmented<ExportFormat>
          block
          aria-label={t.format}
          value={format}
          onChange={setFormat}
          options={FORMATS.map((value) => ({ value, label: t.formats[value] }))}
        />
        <fieldset className={styles.choices}>
          <legend>{t.columnsLabel}</legend>
          {options.map(({ value, label }) => (
            <Checkbox
              key={value}
              checked={columns.includes(value)}
              onChange={(event) =>
                // In the order in which they are offered, whichever was ticked first.
                setColumns(
                  options
                    .map((option) => option.value)
                    .filter((each) => (each === value ? event.target.checked : columns.includes(each))),
                )
              }
            >
              {label}
            </Checkbox>
          ))}
        </fieldset>
      </div>
    </Modal>
  );
}

/** The files made of this segment, and the way to another. */
export function SegmentExports() {
  const t = useTexts(pageTexts);
  const segment = useSegment();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <div className={styles.filters}>
        <Button type="primary" icon={<ExportOutlined aria-hidden />} onClick={() => setAsking(true)}>
          {t.export}
        </Button>
      </div>
      <ExportTable segmentId={segment.segment_id} />
      {asking && <ExportDialog segment={segment} onClose={() => setAsking(false)} />}
    </>
  );
}
