import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Radio, Select } from "antd";
import { useId, useState } from "react";
import { publishTagRule, saveTagRule } from "@/api/tags";
import type { EventTagRule, SegmentTagRule, TagRule } from "@/api/types";
import { vocabularyQuery } from "@/api/vocabulary";
import { BookContext, emptyBook } from "@/shared/conditions/book";
import { AddFilter, EventField, FiltersField } from "@/shared/conditions/fields/event-field";
import { useBookOf } from "@/shared/conditions/use-book-of";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { TagSelect } from "@/shared/tags/tag-select";
import { tagWords } from "@/shared/tags/tag-words";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { segmentSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import { tagsTexts } from "./tags-texts";
import styles from "./tags-page.module.css";

type Rule = SegmentTagRule | EventTagRule;

const DAYS = [0, 1, 7, 30, 90, 180, 365];

/** What a form holds: both sorts at once, so that going to the other and back loses nothing. */
interface Held {
  name: string;
  tagId: number | null;
  kind: Rule["kind"];
  segmentId: number | null;
  onExit: SegmentTagRule["on_exit"];
  event: string;
  where: EventTagRule["where"];
  expires: EventTagRule["expires_after"];
}

function heldOf(rule: TagRule | null): Held {
  const now = rule?.draft_rule ?? rule?.rule;
  return {
    name: rule?.name ?? "",
    tagId: now?.tag_id ?? null,
    kind: now?.kind ?? "segment",
    segmentId: now?.kind === "segment" ? now.segment_id : null,
    onExit: now?.kind === "segment" ? now.on_exit : "remove",
    event: now?.kind === "event" ? now.event : "",
    where: now?.kind === "event" ? now.where : [],
    expires: now?.kind === "event" ? now.expires_after : null,
  };
}

/** The rule that is held, or null where something is missing. */
function ruleOf({ kind, tagId, segmentId, onExit, event, where, expires }: Held): Rule | null {
  if (tagId === null) return null;
  if (kind === "event")
    return event.trim() ? { kind, tag_id: tagId, event: event.trim(), where, expires_after: expires } : null;
  return segmentId === null ? null : { kind, tag_id: tagId, segment_id: segmentId, on_exit: onExit };
}

interface PartProps {
  held: Held;
  tried: boolean;
  onChange: (changes: Partial<Held>) => void;
}

function SegmentPart({ held, tried, onChange }: PartProps) {
  const t = useTexts(tagsTexts).rules;
  const legendId = useId();
  return (
    <>
      <Field label={t.segment} error={tried && held.segmentId === null ? t.neededSegment : null}>
        {(control) => (
          <PickOne
            source={segmentSource}
            control={control}
            label={t.segment}
            value={held.segmentId}
            onChange={(segmentId) => onChange({ segmentId })}
          />
        )}
      </Field>
      <div role="group" aria-labelledby={legendId}>
        <span id={legendId} className={styles.legend}>
          {t.onExit}
        </span>
        <Radio.Group
          value={held.onExit}
          onChange={(event) => onChange({ onExit: event.target.value as Held["onExit"] })}
          options={(["keep", "remove"] as const).map((value) => ({ value, label: t.onExits[value] }))}
        />
        {held.onExit === "remove" && <p className={styles.quiet}>{t.onExitNote}</p>}
      </div>
    </>
  );
}

function EventPart({ held, tried, onChange }: PartProps) {
  const t = useTexts(tagsTexts).rules;
  const words = useTexts(tagWords);
  const legendId = useId();
  const book = useBookOf(useQuery(vocabularyQuery()).data) ?? emptyBook;
  const lasting = held.expires;
  const isOther = lasting != null && !(lasting.unit === "day" && DAYS.includes(lasting.amount));
  return (
    <BookContext value={book}>
      <div role="group" aria-labelledby={legendId}>
        <span id={legendId} className={styles.legend}>
          {t.event}
        </span>
        <EventField
          value={held.event}
          fault={tried && !held.event.trim() ? "event" : null}
          onChange={(event) => onChange({ event, where: [] })}
        />
        <FiltersField
          event={held.event}
          value={held.where}
          fault={null}
          onChange={(where) => onChange({ where })}
        />
        {held.event && <AddFilter value={held.where} onChange={(where) => onChange({ where })} />}
      </div>
      <Field label={t.expires}>
        {(control) => (
          <Select
            {...control}
            aria-label={t.expires}
            value={isOther ? -1 : (lasting?.amount ?? 0)}
            onChange={(amount) =>
              amount >= 0 && onChange({ expires: amount === 0 ? null : { amount, unit: "day" } })
            }
            options={[
              ...DAYS.map((value) => ({ value, label: value === 0 ? t.forever : words.days(value) })),
              ...(isOther ? [{ value: -1, label: t.lasts(lasting.amount, lasting.unit) }] : []),
            ]}
          />
        )}
      </Field>
    </BookContext>
  );
}

/** A rule to be made, or the one that is given; who may puts it in force at once. */
export function RuleForm({ rule, onClose }: { rule: TagRule | null; onClose: () => void }) {
  const t = useTexts(tagsTexts);
  const words = useTexts(tagWords);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const legendId = useId();
  const [held, setHeld] = useState(() => heldOf(rule));
  const [tried, setTried] = useState(false);
  const change = (changes: Partial<Held>) => setHeld({ ...held, ...changes });
  const publishes = may(rights.publishTagRules);
  const save = useMutation({
    mutationFn: async (made: Rule) => {
      const draft = { name: held.name.trim(), rule: made, revision: rule?.revision ?? null };
      const saved = await saveTagRule(rule?.rule_id ?? null, draft);
      return publishes ? publishTagRule(saved.rule_id) : saved;
    },
    onSuccess: (saved) => {
      notices.done(saved.status === "live" ? t.rules.published : t.saved);
      onClose();
    },
    onError: notices.failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["tag-rules"] }),
  });
  const submit = () => {
    setTried(true);
    const made = ruleOf(held);
    if (made && held.name.trim()) save.mutate(made);
  };
  return (
    <Modal
      open
      width={640}
      title={rule ? t.rules.edit : t.rules.create}
      okText={publishes ? t.rules.savePublish : t.save}
      cancelText={t.cancel}
      confirmLoading={save.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.rules.name} error={tried && !held.name.trim() ? t.needed : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={120}
              value={held.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={words.tag} error={tried && held.tagId === null ? words.pick : null}>
          {(control) => (
            <TagSelect control={control} value={held.tagId} onChange={(tagId) => change({ tagId })} />
          )}
        </Field>
        <div role="group" aria-labelledby={legendId}>
          <span id={legendId} className={styles.legend}>
            {t.rules.kind}
          </span>
          <Radio.Group
            value={held.kind}
            onChange={(event) => change({ kind: event.target.value as Rule["kind"] })}
            options={(["segment", "event"] as const).map((value) => ({ value, label: t.rules.kinds[value] }))}
          />
        </div>
        {held.kind === "segment" ? (
          <SegmentPart held={held} tried={tried} onChange={change} />
        ) : (
          <EventPart held={held} tried={tried} onChange={change} />
        )}
      </div>
    </Modal>
  );
}
