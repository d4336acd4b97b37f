import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { relationsQuery, saveRemark } from "@/api/contacts";
import type { Customer, Relation } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { contactsTexts, wayOf } from "./contacts-texts";
import styles from "./contacts-panel.module.css";

const REMARK_MAX = 20;
const DESCRIPTION_MAX = 150;

interface RemarkDialogProps {
  customerId: number;
  relation: Relation;
  onClose: () => void;
}

/** What codes of Siyu's own are known by in WeCom: nothing for people to read. */
const OWN_STATE = "syc.";

function RemarkDialog({ customerId, relation, onClose }: RemarkDialogProps) {
  const t = useTexts(contactsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [remark, setRemark] = useState(relation.remark);
  const [description, setDescription] = useState(relation.description);
  const save = useMutation({
    mutationFn: () => saveRemark(customerId, relation.member_id, remark, description),
    onSuccess: async () => {
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["relations", customerId] });
      onClose();
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={t.editTitle(relation.staff_name)}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.remark}>
          {(control) => (
            <Input
              {...control}
              maxLength={REMARK_MAX}
              value={remark}
              onChange={(event) => setRemark(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.description}>
          {(control) => (
            <Input.TextArea
              {...control}
              rows={3}
              maxLength={DESCRIPTION_MAX}
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}

function RelationRow({ relation, onEdit }: { relation: Relation; onEdit: (() => void) | null }) {
  const t = useTexts(contactsTexts);
  const isLost = relation.lost_at !== null;
  return (
    <li className={isLost ? `${styles.row} ${styles.lost}` : styles.row}>
      <div className={styles.head}>
        <span className={styles.name}>{relation.staff_name}</span>
        {onEdit && !isLost && (
          <Button size="small" type="text" onClick={onEdit}>
            {t.edit}
          </Button>
        )}
      </div>
      {(relation.remark || relation.description) && (
        <span>{[relation.remark, relation.description].filter(Boolean).join(" · ")}</span>
      )}
      {relation.tags.length > 0 && (
        <ul className={styles.tags}>
          {relation.tags.map((tag) => (
            <li key={tag} className={styles.tag}>
              {tag}
            </li>
          ))}
        </ul>
      )}
      <span className={styles.quiet}>
        {t.since} <When at={relation.added_at} /> · {wayOf(t.ways, relation.add_way)}
        {relation.state && !relation.state.startsWith(OWN_STATE) && ` · ${relation.state}`}
      </span>
      {isLost && (
        <span className={styles.quiet}>
          {t.lostBy[relation.lost_by ?? "unknown"]} <When at={relation.lost_at} />
        </span>
      )}
      {relation.is_write_waiting && <span className={styles.quiet}>{t.waiting}</span>}
      {relation.refusal && <span className={styles.quiet}>{t.refused(relation.refusal)}</span>}
    </li>
  );
}

/** Who of the staff has this customer in WeCom, or had. */
export function ContactsPanel({ customer: { customer_id: customerId } }: { customer: Customer }) {
  const t = useTexts(contactsTexts);
  const may = useMay();
  const { data, error, refetch } = useQuery(relationsQuery(customerId));
  const [edited, setEdited] = useState<Relation | null>(null);
  return (
    <Panel title={t.title}>
      {error && !data ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <SkeletonLines lines={2} />
      ) : data.rows.length === 0 ? (
        <p className={styles.quiet}>{t.none}</p>
      ) : (
        <ul className={styles.rows}>
          {data.rows.map((each) => (
            <RelationRow
              key={each.member_id}
              relation={each}
              onEdit={may(rights.writeContacts) ? () => setEdited(each) : null}
            />
          ))}
        </ul>
      )}
      {edited && <RemarkDialog customerId={customerId} relation={edited} onClose={() => setEdited(null)} />}
    </Panel>
  );
}
