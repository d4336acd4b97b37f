import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Modal, Progress } from "antd";
import { useState } from "react";
import { bulkQuery, prepareBulk, startBulk, stopBulk } from "@/api/customer-lists";
import type { CustomersMeant, PreparedBulk } from "@/api/types";
import { UnchangedPeople } from "@/shared/customers/unchanged-people";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useNotices } from "@/shared/ui/use-notices";
import { DeedFields, isReady, newDeed, type DeedKind } from "./deed-fields";
import { listTexts } from "./list-texts";
import styles from "./list.module.css";

/** How far it is. It goes on without being watched. */
function Watched({ bulkId, title, onClose }: { bulkId: number; title: string; onClose: () => void }) {
  const t = useTexts(listTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const { data } = useQuery(bulkQuery(bulkId));
  const stop = useMutation({
    mutationFn: () => stopBulk(bulkId),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["customer-bulks"] }),
    onError: notices.failed,
  });
  const close = () => {
    onClose();
    void queryClient.invalidateQueries({ queryKey: ["customers"] });
    void queryClient.invalidateQueries({ queryKey: ["customer-bulks"] });
  };
  const share = data?.total ? Math.floor((data.done / data.total) * 100) : 0;
  const isRunning = !data || data.state === "running";
  return (
    <Modal
      open
      title={title}
      onCancel={close}
      footer={
        <>
          {isRunning && (
            <Button loading={stop.isPending} onClick={() => stop.mutate()}>
              {t.stop}
            </Button>
          )}
          <Button type="primary" onClick={close}>
            {t.close}
          </Button>
        </>
      }
    >
      <div className={styles.form} role="status">
        <Progress
          percent={share}
          aria-label={title}
          {...(data?.state === "failed" ? { status: "exception" as const } : {})}
        />
        {data && (
          <p className={styles.facts}>
            <strong>{t.states[data.state]}</strong>
            <span className="num">{t.progress(n.whole(data.done), n.whole(data.total))}</span>
            <span className="num">{t.changed(n.whole(data.changed))}</span>
          </p>
        )}
        {data && <UnchangedPeople of="customer-bulks" bulkId={data.bulk_id} counts={data.unchanged} />}
        {data?.fault_code && <p className={styles.quiet}>{t.fault(data.fault_code)}</p>}
        {isRunning && <p className={styles.quiet}>{t.background}</p>}
      </div>
    </Modal>
  );
}

/** What will be touched, in numbers, before anything is. */
function Touched({ bulk }: { bulk: PreparedBulk }) {
  const t = useTexts(listTexts);
  const n = useNumberFormat();
  const words: Partial<Record<string, (n: string) => string>> = t.touched[bulk.action];
  return (
    <div className={styles.form} role="status">
      <p className={styles.total}>{t.prepared(n.whole(bulk.total))}</p>
      <ul className={styles.touched}>
        {bulk.touched.map(({ what, count }) => (
          <li key={what}>{words[what]?.(n.whole(count))}</li>
        ))}
      </ul>
      <p className={styles.quiet}>{t.irrevocable}</p>
    </div>
  );
}

interface BulkDialogProps {
  kind: DeedKind;
  meant: CustomersMeant;
  onClose: () => void;
}

/** One deed for many: said, looked at in numbers, begun, watched. */
export function BulkDialog({ kind, meant, onClose }: BulkDialogProps) {
  const t = useTexts(listTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const [deed, setDeed] = useState(() => newDeed(kind));
  const [tried, setTried] = useState(false);
  const prepare = useMutation({
    mutationFn: () => prepareBulk({ meant, deed }),
    onError: notices.failed,
  });
  const start = useMutation({ mutationFn: startBulk, onError: notices.failed });
  const title = t.actions[kind];
  const bulk = prepare.data;
  if (start.data) return <Watched bulkId={start.data.bulk_id} title={title} onClose={onClose} />;
  if (bulk)
    return (
      <Modal
        open
        title={title}
        onCancel={onClose}
        footer={
          <>
            <Button onClick={() => prepare.reset()}>{t.back}</Button>
            <Button
              type="primary"
              danger={kind === "custody" || kind === "untag"}
              loading={start.isPending}
              onClick={() => start.mutate(bulk.bulk_id)}
            >
              {t.start(n.whole(bulk.total))}
            </Button>
          </>
        }
      >
        <Touched bulk={bulk} />
      </Modal>
    );
  return (
    <Modal
      open
      title={title}
      okText={t.next}
      cancelText={t.cancel}
      confirmLoading={prepare.isPending}
      onOk={() => {
        setTried(true);
        if (isReady(deed)) prepare.mutate();
      }}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <DeedFields deed={deed} onChange={setDeed} error={tried && !isReady(deed) ? t.needed : null} />
      </div>
    </Modal>
  );
}
