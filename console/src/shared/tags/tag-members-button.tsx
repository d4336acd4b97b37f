import { TagsOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Progress, Radio } from "antd";
import { useId, useState } from "react";
import { startTagBulk, tagBulkQuery } from "@/api/tags";
import { UnchangedPeople } from "@/shared/customers/unchanged-people";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { TagSelect } from "./tag-select";
import { tagWords } from "./tag-words";
import { UntilField, endAfter } from "./until-field";
import styles from "./tag-dialog.module.css";

/** Whom to tag: exactly one of the two. */
export type Members = { segment_id: number } | { list_id: number };

interface TagMembersProps {
  of: Members;
  /** How many they are, where that is known. */
  size?: number | null;
}

/** How far it is. It goes on without being watched. */
function Watched({ bulkId, onClose }: { bulkId: number; onClose: () => void }) {
  const t = useTexts(tagWords);
  const n = useNumberFormat();
  const { data } = useQuery(tagBulkQuery(bulkId));
  const share = data ? (data.total ? Math.floor((data.done / data.total) * 100) : 100) : 0;
  return (
    <Modal open title={t.bulk} onCancel={onClose} footer={<Button onClick={onClose}>{t.close}</Button>}>
      <div className={styles.form} role="status">
        <Progress percent={share} aria-label={t.bulk} />
        {data && (
          <p className={styles.facts}>
            <strong>{t[data.state]}</strong>
            <span className="num">{t.progress(n.whole(data.done), n.whole(data.total))}</span>
            <span className="num">{t.changed(n.whole(data.changed))}</span>
          </p>
        )}
        {data && <UnchangedPeople of="tag-bulks" bulkId={bulkId} counts={data.unchanged} />}
        {data?.state === "running" && <p className={styles.quiet}>{t.background}</p>}
      </div>
    </Modal>
  );
}

function TagMembersDialog({ of, size, onClose }: TagMembersProps & { onClose: () => void }) {
  const t = useTexts(tagWords);
  const n = useNumberFormat();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const legendId = useId();
  const [action, setAction] = useState<"add" | "remove">("add");
  const [tagId, setTagId] = useState<number | null>(null);
  const [days, setDays] = useState(0);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const start = useMutation({
    mutationFn: (chosen: number) =>
      startTagBulk(chosen, { action, reason, expires_at: action === "add" ? endAfter(days) : null, ...of }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["tag-bulks"] }),
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (tagId !== null) start.mutate(tagId);
  };
  if (start.data) return <Watched bulkId={start.data.bulk_id} onClose={onClose} />;
  return (
    <Modal
      open
      title={t.bulk}
      okText={t.start}
      cancelText={t.cancel}
      confirmLoading={start.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <p className={styles.whom}>
          {size != null && <strong className="num">{t.whom(n.whole(size))}</strong>}{" "}
          {"segment_id" in of ? t.whomSegment : t.whomList}
        </p>
        <div role="group" aria-labelledby={legendId}>
          <span id={legendId} className={styles.legend}>
            {t.action}
          </span>
          <Radio.Group
            value={action}
            onChange={(event) => setAction(event.target.value as "add" | "remove")}
            options={[
              { value: "add", label: t.actions.add },
              { value: "remove", label: t.actions.remove },
            ]}
          />
        </div>
        <Field label={t.tag} error={tried && tagId === null ? t.pick : null}>
          {(control) => <TagSelect control={control} value={tagId} onChange={setTagId} />}
        </Field>
        {action === "add" && <UntilField days={days} onChange={setDays} />}
        <Field label={t.reason} note={t.reasonNote}>
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}

/** Tags everybody who is in a segment, or on a list, at this moment. */
export function TagMembersButton(props: TagMembersProps) {
  const t = useTexts(tagWords);
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  if (!may(rights.applyTags)) return null;
  return (
    <>
      <Button icon={<TagsOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t.bulk}
      </Button>
      {isOpen && <TagMembersDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
