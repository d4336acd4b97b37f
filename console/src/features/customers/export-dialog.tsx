import { DownloadOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { askExport, exportAddress, privacyRequestQuery } from "@/api/privacy";
import type { Customer } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useNotices } from "@/shared/ui/use-notices";
import { privacyTexts } from "./privacy-texts";
import styles from "./privacy-panel.module.css";

/** Has the file made, waits for it, and offers it. */
export function ExportDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useTexts(privacyTexts);
  const notices = useNotices();
  const asking = useMutation({
    mutationFn: () => askExport(customer.customer_id),
    onError: notices.failed,
  });
  const requestId = asking.data?.request_id;
  const { data: request } = useQuery({
    ...privacyRequestQuery(requestId ?? 0),
    enabled: requestId !== undefined,
  });
  const ready = requestId !== undefined && request?.has_file === true;
  return (
    <Modal
      open
      title={t.exportTitle}
      okText={t.exportStart}
      cancelText={asking.isSuccess ? t.close : t.cancel}
      okButtonProps={{ style: { display: asking.isSuccess ? "none" : undefined } }}
      confirmLoading={asking.isPending}
      onOk={() => asking.mutate()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p>{t.exportText}</p>
        <div role="status">
          {asking.isSuccess &&
            (ready ? (
              <div className={styles.ready}>
                {t.exportReady}
                <Button
                  type="primary"
                  icon={<DownloadOutlined aria-hidden />}
                  href={exportAddress(requestId)}
                  download
                >
                  {t.download}
                </Button>
              </div>
            ) : (
              <p className={styles.quiet}>{t.exportMaking}</p>
            ))}
        </div>
      </div>
    </Modal>
  );
}
