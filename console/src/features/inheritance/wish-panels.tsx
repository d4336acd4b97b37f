import { useInfiniteQuery } from "@tanstack/react-query";
import { Checkbox, Input, Radio, Select } from "antd";
import { useId } from "react";
import { listListQuery } from "@/api/lists";
import { segmentListQuery } from "@/api/segments";
import type { ContactGiver } from "@/api/types";
import { useAllPages } from "@/shared/conditions/fields/use-all-pages";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { TagSelect } from "@/shared/tags/tag-select";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import type { Held } from "./wish";
import { inheritanceTexts } from "./inheritance-texts";
import styles from "./inheritance.module.css";

interface PartProps {
  held: Held;
  onChange: (changes: Partial<Held>) => void;
}

const TAKERS_MAX = 50;

export function WhoPanel({ members, held, onChange }: PartProps & { members: readonly ContactGiver[] }) {
  const t = useTexts(inheritanceTexts);
  const n = useNumberFormat();
  return (
    <Panel title={t.who} note={t.whoNote}>
      <div className={styles.fields}>
        <Field label={t.giver}>
          {(control) => (
            <Select
              {...control}
              aria-label={t.giver}
              placeholder={t.chooseGiver}
              showSearch={{ optionFilterProp: "search" }}
              value={held.giverId}
              onChange={(giverId: number) =>
                onChange({
                  giverId,
                  takerIds: held.takerIds.filter((each) => each !== giverId),
                  byHand: {},
                })
              }
              options={members
                .filter((each) => each.customers > 0 || each.groups > 0)
                .map((each) => ({
                  value: each.member_id,
                  label:
                    t.option(each.name, n.whole(each.customers)) + (each.left_at ? ` · ${t.leftTag}` : ""),
                  search: `${each.name} ${each.userid}`,
                }))}
            />
          )}
        </Field>
      </div>
    </Panel>
  );
}

function SegmentChoice({ held, onChange }: PartProps) {
  const t = useTexts(inheritanceTexts);
  const list = useInfiniteQuery(segmentListQuery());
  const rows = useAllPages(list) ?? [];
  return (
    <Select
      aria-label={t.segment}
      placeholder={t.segment}
      showSearch={{ optionFilterProp: "label" }}
      loading={list.isPending}
      value={held.ofId}
      onChange={(ofId) => onChange({ ofId })}
      options={rows.map((each) => ({ value: each.segment_id, label: each.name }))}
    />
  );
}

function ListChoice({ held, onChange }: PartProps) {
  const t = useTexts(inheritanceTexts);
  const list = useInfiniteQuery(listListQuery());
  const rows = useAllPages(list) ?? [];
  return (
    <Select
      aria-label={t.list}
      placeholder={t.list}
      showSearch={{ optionFilterProp: "label" }}
      loading={list.isPending}
      value={held.ofId}
      onChange={(ofId) => onChange({ ofId })}
      options={rows.map((each) => ({ value: each.list_id, label: each.name }))}
    />
  );
}

export function WhatPanel({ giver, held, onChange }: PartProps & { giver: ContactGiver | undefined }) {
  const t = useTexts(inheritanceTexts);
  const n = useNumberFormat();
  const may = useMay();
  const legendId = useId();
  const kinds = (["everyone", "segment", "tag", "list", "nobody"] as const).filter(
    (each) =>
      (each !== "segment" || may(rights.readSegments)) &&
      (each !== "tag" || may(rights.readTags)) &&
      (each !== "list" || may(rights.readLists)),
  );
  return (
    <Panel title={t.what}>
      <div className={styles.fields}>
        <div role="group" aria-labelledby={legendId}>
          <span id={legendId} className={styles.legend}>
            {t.which}
          </span>
          <Radio.Group
            value={held.of}
            onChange={(event) => onChange({ of: event.target.value as Held["of"], ofId: null })}
            options={kinds.map((value) => ({ value, label: t.of[value] }))}
          />
        </div>
        {held.of === "segment" && <SegmentChoice held={held} onChange={onChange} />}
        {held.of === "list" && <ListChoice held={held} onChange={onChange} />}
        {held.of === "tag" && <TagSelect value={held.ofId} onChange={(ofId) => onChange({ ofId })} />}
        {giver && giver.groups > 0 && (
          <Checkbox
            checked={held.withGroups}
            onChange={(event) => onChange({ withGroups: event.target.checked })}
          >
            {t.allGroups(n.whole(giver.groups))}
          </Checkbox>
        )}
        {giver?.groups === 0 && <p className={styles.quiet}>{t.noGroups}</p>}
      </div>
    </Panel>
  );
}

interface WhomProps extends PartProps {
  members: readonly ContactGiver[];
  giver: ContactGiver | undefined;
}

export function WhomPanel({ members, giver, held, onChange }: WhomProps) {
  const t = useTexts(inheritanceTexts);
  const n = useNumberFormat();
  const legendId = useId();
  const options = members
    .filter(
      (each) =>
        each.is_active &&
        each.may_take &&
        !each.left_at &&
        each.member_id !== held.giverId &&
        (!giver || each.corp_id === giver.corp_id),
    )
    .map((each) => ({
      value: each.member_id,
      label: t.option(each.name, n.whole(each.customers)),
      search: `${each.name} ${each.userid}`,
    }));
  return (
    <Panel title={t.whom}>
      <div className={styles.fields}>
        <Field label={t.takers}>
          {(control) => (
            <Select
              {...control}
              mode="multiple"
              aria-label={t.takers}
              placeholder={t.chooseTakers}
              maxCount={TAKERS_MAX}
              showSearch={{ optionFilterProp: "search" }}
              value={held.takerIds}
              onChange={(takerIds: number[]) => onChange({ takerIds })}
              options={options}
            />
          )}
        </Field>
        <div role="group" aria-labelledby={legendId}>
          <span id={legendId} className={styles.legend}>
            {t.sharing}
          </span>
          <Radio.Group
            value={held.sharing}
            onChange={(event) => onChange({ sharing: event.target.value as Held["sharing"] })}
            options={(["even", "least_busy", "by_hand"] as const).map((value) => ({
              value,
              label: t.sharings[value],
            }))}
          />
          <p className={styles.quiet}>{held.sharing === "by_hand" ? t.handNote : t.sharingNote}</p>
        </div>
        {giver && !giver.left_at && (
          <Field label={t.message} note={t.messageNote}>
            {(control) => (
              <Input.TextArea
                {...control}
                maxLength={200}
                showCount
                autoSize={{ minRows: 2, maxRows: 5 }}
                value={held.message}
                onChange={(event) => onChange({ message: event.target.value })}
              />
            )}
          </Field>
        )}
      </div>
    </Panel>
  );
}
