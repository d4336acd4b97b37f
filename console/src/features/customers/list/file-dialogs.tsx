import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Segmented } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { exportCustomers, makeSegmentOf } from "@/api/customer-lists";
import type { ExportFormat } from "@/api/segments";
import type { CustomersMeant } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { presentTime } from "@/shared/format/present";
import { businessDay } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { listTexts } from "./list-texts";
import styles from "./list.module.css";

const FORMATS: readonly ExportFormat[] = ["csv", "xlsx", "parquet"];

interface DialogProps {
  meant: CustomersMeant;
  /** How many; null where nobody has counted them. */
  size: number | null;
  onClose: () => void;
}

/** A file of those who are chosen, with the columns that the list shows. */
export function ListExportDialog({
  meant,
  size,
  columns,
  onClose,
}: DialogProps & { columns: readonly string[] }) {
  const t = useTexts(listTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [format, setFormat] = useState<ExportFormat>("csv");
  const asking = useMutation({
    mutationFn: () => exportCustomers(meant, format, ["customer_id", "name", "contact", ...columns]),
    onSuccess: async () => {
      notices.done(t.exportStarted);
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["segment-exports"] });
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={t.exportTitle}
      okText={t.exportStart}
      cancelText={t.cancel}
      confirmLoading={asking.isPending}
      onOk={() => asking.mutate()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p>{size === null ? t.exportEverybody : t.exportText(n.whole(size))}</p>
        <Segmented<ExportFormat>
          block
          aria-label={t.format}
          value={format}
          onChange={setFormat}
          options={FORMATS.map((value) => ({ value, label: t.formats[value] }))}
        />
      </div>
    </Modal>
  );
}

/** A segment of those who are chosen: a draft to look at, or in force at once and chosen in a new send. */
export function MakeSegmentDialog({ meant, size, isForSend, onClose }: DialogProps & { isForSend: boolean }) {
  const t = useTexts(listTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [name, setName] = useState(() => t.newName(businessDay(presentTime().toISOString())));
  const make = useMutation({
    mutationFn: () => makeSegmentOf(meant, name.trim(), isForSend),
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
      await navigate(
        isForSend ? `/sends/new?segment=${made.segment_id}` : `/segments/${made.segment_id}/edit`,
      );
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={isForSend ? t.actions.send : t.segmentTitle}
      okText={isForSend ? t.sendCompose : t.segmentMake}
      cancelText={t.cancel}
      okButtonProps={{ disabled: !name.trim() }}
      confirmLoading={make.isPending}
      onOk={() => make.mutate()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        {size !== null && <p className={styles.total}>{t.prepared(n.whole(size))}</p>}
        <p className={styles.quiet}>{isForSend ? t.sendText : t.segmentText}</p>
        <Field label={t.filterName}>
          {(control) => (
            <Input
              {...control}
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}
