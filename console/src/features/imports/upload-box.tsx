import { InboxOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Progress, Upload } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { uploadImport } from "@/api/imports";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useNotices } from "@/shared/ui/use-notices";
import { faultOf } from "./import-fault";
import { importsTexts } from "./imports-texts";
import styles from "./imports.module.css";

/** Where a file is dropped; what was uploaded opens at once. */
export function UploadBox() {
  const t = useTexts(importsTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [share, setShare] = useState(0);
  const upload = useMutation({
    mutationFn: (file: File) => uploadImport(file, setShare),
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["imports"] });
      await navigate(`/imports/${made.import_id}`);
    },
    onError: (error) => {
      const fault = faultOf(error, t.faults);
      notices.failed(fault ? new Error(fault) : error);
    },
  });
  return (
    <div className={styles.drop}>
      <Upload.Dragger
        showUploadList={false}
        disabled={upload.isPending}
        accept=".csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson,.parquet,.gz"
        beforeUpload={(file) => {
          setShare(0);
          upload.mutate(file);
          return false;
        }}
      >
        <span className={styles.dropIcon} aria-hidden="true">
          <InboxOutlined aria-hidden />
        </span>
        <p className={styles.dropTitle}>{upload.isPending ? t.uploading(n.share(share)) : t.drop}</p>
        {upload.isPending ? (
          <div className={styles.dropBar}>
            <Progress
              percent={Math.round(share * 100)}
              showInfo={false}
              strokeColor="var(--brand)"
              aria-label={t.uploading("")}
            />
          </div>
        ) : (
          <p className={styles.dropNote}>{t.dropNote}</p>
        )}
      </Upload.Dragger>
    </div>
  );
}
