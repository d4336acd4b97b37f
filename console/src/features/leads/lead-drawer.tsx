import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Input, Popconfirm, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import {
  changeLead,
  claimLeads,
  leadQuery,
  leadRulesQuery,
  loseLead,
  returnLeads,
  winLead,
} from "@/api/leads";
import type { Intent, Lead } from "@/api/types";
import { instantOf, localOf } from "@/shared/format/business-time";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { FollowUpDialog } from "@/shared/staff/follow-up-dialog";
import { FollowUpList } from "@/shared/staff/follow-up-list";
import { staffTexts } from "@/shared/staff/staff-texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { leadsTexts } from "./leads-texts";
import { useLeadChange, useStages } from "./use-leads";
import styles from "./leads.module.css";

const INTENTS = ["", "high", "medium", "low"] as const;

/** What somebody who has the lead changes of it. */
function Edit({ lead }: { lead: Lead }) {
  const t = useTexts(leadsTexts);
  const staff = useTexts(staffTexts);
  const notices = useNotices();
  const { stages } = useStages();
  const [stage, setStage] = useState(lead.stage);
  const [intent, setIntent] = useState<Intent>(lead.intent);
  const [next, setNext] = useState(localOf(lead.next_at));
  const [note, setNote] = useState(lead.note);
  const saving = useLeadChange(changeLead, () => notices.done(t.saved));
  const isSame =
    stage === lead.stage && intent === lead.intent && note === lead.note && next === localOf(lead.next_at);
  return (
    <div className={styles.form}>
      <div className={styles.pair}>
        <Field label={t.stage}>
          {(control) => (
            <Select
              {...control}
              value={stage}
              options={stages.map((each) => ({ value: each.key, label: each.name }))}
              onChange={setStage}
            />
          )}
        </Field>
        <Field label={staff.intent}>
          {(control) => (
            <Select
              {...control}
              value={intent}
              options={INTENTS.map((value) => ({ value, label: staff.intents[value] }))}
              onChange={setIntent}
            />
          )}
        </Field>
      </div>
      <Field label={t.next}>
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        )}
      </Field>
      <Field label={t.note}>
        {(control) => (
          <Input.TextArea
            {...control}
            rows={2}
            maxLength={1000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <span>
        <Button
          type="primary"
          disabled={isSame}
          loading={saving.isPending}
          onClick={() =>
            saving.mutate({ leadId: lead.lead_id, edit: { stage, intent, next_at: instantOf(next), note } })
          }
        >
          {t.save}
        </Button>
      </span>
    </div>
  );
}

function Ends({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const t = useTexts(leadsTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const { data: kept } = useQuery(leadRulesQuery());
  const [reason, setReason] = useState<string | null>(null);
  const winning = useLeadChange(winLead, () => {
    notices.done(t.won);
    onClose();
  });
  const losing = useLeadChange(loseLead, () => {
    notices.done(t.lost);
    onClose();
  });
  const returning = useLeadChange(returnLeads, (found) => {
    notices.done(t.returned(n.whole(found.returned)));
    onClose();
  });
  return (
    <span className={styles.actions}>
      <Popconfirm
        title={t.winAsk}
        okText={t.win}
        cancelText={t.cancel}
        onConfirm={() => winning.mutate(lead.lead_id)}
      >
        <Button type="primary">{t.win}</Button>
      </Popconfirm>
      <Popconfirm
        title={t.reason}
        description={
          <Select
            aria-label={t.reason}
            style={{ minWidth: 180 }}
            value={reason}
            options={kept?.rules.loss_reasons.map((value) => ({ value, label: value }))}
            onChange={setReason}
          />
        }
        okText={t.lose}
        okButtonProps={{ disabled: reason === null, danger: true }}
        cancelText={t.cancel}
        onConfirm={() => reason !== null && losing.mutate({ leadId: lead.lead_id, reason })}
      >
        <Button danger>{t.lose}</Button>
      </Popconfirm>
      <Button loading={returning.isPending} onClick={() => returning.mutate([lead.lead_id])}>
        {t.giveBack}
      </Button>
    </span>
  );
}

function Body({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const t = useTexts(leadsTexts);
  const staff = useTexts(staffTexts);
  const n = useNumberFormat();
  const may = useMay();
  const notices = useNotices();
  const [isTalking, setTalking] = useState(false);
  const claiming = useLeadChange(claimLeads, (found) => notices.done(t.claimed(n.whole(found.rows.length))));
  const facts = [
    lead.staff || t.nobody,
    lead.source,
    lead.former_staff && !lead.staff_id && t.formerly(lead.former_staff),
    lead.recycled > 0 && t.recycled(n.whole(lead.recycled)),
    lead.loss_reason,
  ].filter(Boolean);
  const isMine = lead.staff_id !== null && lead.state === "open" && may(rights.writeLeads);
  return (
    <div className={styles.stack}>
      <span className={styles.filters}>
        <StatusTag tone={lead.state === "won" ? "brand" : lead.state === "lost" ? "danger" : "info"}>
          {t.states[lead.state]}
        </StatusTag>
        <span className={styles.quiet}>{facts.join(" · ")}</span>
      </span>
      {lead.state === "open" && lead.staff_id === null && may(rights.writeLeads) && (
        <span>
          <Button type="primary" loading={claiming.isPending} onClick={() => claiming.mutate([lead.lead_id])}>
            {t.claim}
          </Button>
        </span>
      )}
      {isMine && <Ends lead={lead} onClose={onClose} />}
      {isMine && <Edit key={lead.touched_at} lead={lead} />}
      {lead.staff_id !== null && (
        <div className={styles.form}>
          <div className={styles.bar}>
            <h3 className={styles.heading}>{t.followUps}</h3>
            {isMine && <Button onClick={() => setTalking(true)}>{staff.followUp}</Button>}
          </div>
          <FollowUpList customerId={lead.customer_id} />
        </div>
      )}
      {isTalking && (
        <FollowUpDialog
          customerId={lead.customer_id}
          customer={lead.customer}
          intent={lead.intent}
          onClose={() => setTalking(false)}
        />
      )}
    </div>
  );
}

/** One lead: its stage and intent, what was said, how it ends. */
export function LeadDrawer({ leadId, onClose }: { leadId: number; onClose: () => void }) {
  const { data, error, refetch } = useQuery(leadQuery(leadId));
  return (
    <Drawer
      open
      size="large"
      title={data ? <Link to={`/customers/${data.customer_id}`}>{data.customer}</Link> : ""}
      onClose={onClose}
    >
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Body lead={data} onClose={onClose} />
      ) : (
        <SkeletonLines lines={6} />
      )}
    </Drawer>
  );
}
