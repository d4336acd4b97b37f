import { Checkbox, Input, Radio } from "antd";
import { useId } from "react";
import type { ContactGiver } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { TagSelect } from "@/shared/tags/tag-select";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { handingSource, listSource, segmentSource } from "@/api/sources";
import { PickOne, PickSome } from "@/shared/ui/picker";
import type { Held } from "./wish";
import { inheritanceTexts } from "./inheritance-texts";
import styles from "./inheritance.module.css";

interface PartProps {
  held: Held;
  onChange: (changes: Partial<Held>) => void;
}

const TAKERS_MAX = 50;

export function WhoPanel({ held, onChange }: PartProps) {
  const t = useTexts(inheritanceTexts);
  const n = useNumberFormat();
  return (
    <Panel title={t.who} note={t.whoNote}>
      <div className={styles.fields}>
        <Field label={t.giver}>
          {(control) => (
            <PickOne
              source={handingSource("givers")}
              control={control}
              label={t.giver}
              placeholder={t.chooseGiver}
              describe={(each) =>
                t.option(each.name, n.whole(each.customers)) + (each.left_at ? ` · ${t.leftTag}` : "")
              }
              value={held.giverId}
              onChange={(giverId) =>
                onChange({
                  giverId,
                  takerIds: held.takerIds.filter((each) => each !== giverId),
                  byHand: {},
                })
              }
            />
          )}
        </Field>
      </div>
    </Panel>
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
        {held.of === "segment" && (
          <PickOne
            source={segmentSource}
            label={t.segment}
            placeholder={t.segment}
            value={held.ofId}
            onChange={(ofId) => onChange({ ofId })}
          />
        )}
        {held.of === "list" && (
          <PickOne
            source={listSource}
            label={t.list}
            placeholder={t.list}
            value={held.ofId}
            onChange={(ofId) => onChange({ ofId })}
          />
        )}
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
  giver: ContactGiver | undefined;
}

export function WhomPanel({ giver, held, onChange }: WhomProps) {
  const t = useTexts(inheritanceTexts);
  const n = useNumberFormat();
  const legendId = useId();
  return (
    <Panel title={t.whom}>
      <div className={styles.fields}>
        <Field label={t.takers}>
          {(control) => (
            <PickSome
              source={handingSource("takers", giver?.corp_id)}
              control={control}
              label={t.takers}
              placeholder={t.chooseTakers}
              maxCount={TAKERS_MAX}
              fits={(each) => each.member_id !== held.giverId}
              describe={(each) => t.option(each.name, n.whole(each.customers))}
              value={held.takerIds}
              onChange={(takerIds) => onChange({ takerIds })}
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
