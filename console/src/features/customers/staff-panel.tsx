import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Modal } from "antd";
import { useState } from "react";
import { LEADS, customerLeadsQuery, openLead } from "@/api/leads";
import { customerTasksQuery } from "@/api/tasks";
import type { Customer } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay, useSession } from "@/shared/session/session-context";
import { AskDialog } from "@/shared/staff/ask-dialog";
import { askTexts } from "@/shared/staff/ask-texts";
import { FollowUpDialog } from "@/shared/staff/follow-up-dialog";
import { FollowUpList } from "@/shared/staff/follow-up-list";
import { staffTexts } from "@/shared/staff/staff-texts";
import { TaskDialog } from "@/shared/staff/task-dialog";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { customerStaffTexts } from "./staff-texts";
import styles from "./staff-panel.module.css";

function LeadDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useTexts(customerStaffTexts);
  const { staff } = useSession();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [source, setSource] = useState(t.sourceHint);
  const [isMine, setMine] = useState(true);
  const opening = useMutation({
    mutationFn: openLead,
    onSuccess: async () => {
      notices.done(t.opened);
      onClose();
      await queryClient.invalidateQueries({ queryKey: [LEADS] });
    },
    onError: notices.failed,
  });
  const submit = () =>
    opening.mutate({
      customer_id: customer.customer_id,
      source,
      note: "",
      intent: "",
      staff_id: isMine ? staff.staff_id : null,
    });
  return (
    <Modal
      open
      title={`${t.open} · ${customer.display_name}`}
      okText={t.open}
      okButtonProps={{ disabled: !source.trim() }}
      cancelText={t.cancel}
      confirmLoading={opening.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.source}>
          {(control) => (
            <Input
              {...control}
              maxLength={60}
              value={source}
              onChange={(event) => setSource(event.target.value)}
            />
          )}
        </Field>
        <Checkbox checked={isMine} onChange={({ target }) => setMine(target.checked)}>
          {t.mine}
        </Checkbox>
      </div>
    </Modal>
  );
}

/** Who follows this customer up: the lead, open tasks, what was said. */
export function StaffPanel({ customer }: { customer: Customer }) {
  const t = useTexts(customerStaffTexts);
  const words = useTexts(staffTexts);
  const asking = useTexts(askTexts);
  const may = useMay();
  const { customer_id: customerId, display_name: name } = customer;
  const [opened, setOpened] = useState<"follow_up" | "task" | "lead" | "ask" | null>(null);
  const { data: leads } = useQuery(customerLeadsQuery(customerId));
  const { data: tasks } = useQuery(customerTasksQuery(customerId));
  const lead = leads?.rows[0];
  const open = tasks?.rows.filter((each) => each.state === "open") ?? [];
  const close = () => setOpened(null);
  return (
    <Panel
      title={t.follow}
      extra={
        <span className={styles.head}>
          {may(rights.writeEnquiries) && (
            <Button size="small" type="text" onClick={() => setOpened("ask")}>
              {asking.ask}
            </Button>
          )}
          {may(rights.writeLeads) && (
            <Button size="small" onClick={() => setOpened("follow_up")}>
              {words.followUp}
            </Button>
          )}
        </span>
      }
    >
      <section className={styles.part} aria-label={t.lead}>
        <div className={styles.head}>
          <h3 className={styles.heading}>{t.lead}</h3>
          {leads && lead?.state !== "open" && may(rights.writeLeads) && (
            <Button size="small" type="text" onClick={() => setOpened("lead")}>
              {t.open}
            </Button>
          )}
        </div>
        {lead && (
          <p className={styles.quiet}>
            {[
              t.states[lead.state],
              lead.state === "open" && (lead.staff ? t.owner(lead.staff) : t.inPool),
              lead.intent && words.intentOf(words.intents[lead.intent]),
              lead.source,
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        )}
      </section>
      <section className={styles.part} aria-label={t.tasks}>
        <div className={styles.head}>
          <h3 className={styles.heading}>{t.tasks}</h3>
          {may(rights.writeTasks) && (
            <Button size="small" type="text" onClick={() => setOpened("task")}>
              {words.task}
            </Button>
          )}
        </div>
        {open.length === 0 && <p className={styles.quiet}>{t.noTasks}</p>}
        {open.map((task) => (
          <div key={task.task_id} className={styles.step}>
            <span className={styles.title}>{task.title}</span>
            <span className={task.is_late ? `${styles.quiet} ${styles.late}` : styles.quiet}>
              {task.staff || task.unit} · <When at={task.due_at} />
            </span>
          </div>
        ))}
      </section>
      <div className={styles.part}>
        <FollowUpList customerId={customerId} />
      </div>
      {opened === "follow_up" && <FollowUpDialog customerId={customerId} customer={name} onClose={close} />}
      {opened === "ask" && <AskDialog customerId={customerId} customer={name} onClose={close} />}
      {opened === "task" && <TaskDialog customerId={customerId} customer={name} onClose={close} />}
      {opened === "lead" && <LeadDialog customer={customer} onClose={close} />}
    </Panel>
  );
}
