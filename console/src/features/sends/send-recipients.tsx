import { Button, InputNumber, Segmented, Select } from "antd";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { segmentSource } from "@/api/sources";
import type { SegmentRow } from "@/api/types";
import { PickOne, PickSome } from "@/shared/ui/picker";
import { CHANNELS, faultAt, isPersonal, personally, withChannels, type SendPart } from "./send-parts";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";
import { usePersonas } from "./use-personas";

const CHANNELS_MAX = 6;
const EXCLUDED_MAX = 20;

/** To whom, and by which ways. */
export function SendRecipients({ send, fault, onChange }: SendPart) {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const vocabulary = useVocabulary();
  const may = useMay();
  const { personas, speaker } = usePersonas(send.persona_id);
  const describe = (row: SegmentRow) =>
    row.size === null ? row.name : `${row.name} · ${t.people(n.whole(row.size))}`;
  return (
    <Panel title={t.recipients}>
      <div className={styles.stack}>
        <Field label={t.segment} error={faultAt(fault, "segment_id")}>
          {(control) => (
            <PickOne
              source={segmentSource}
              control={control}
              placeholder={t.segmentPlaceholder}
              fits={(row) => row.status === "live"}
              describe={describe}
              value={send.segment_id || null}
              onChange={(id) => id !== null && onChange({ segment_id: id })}
            />
          )}
        </Field>
        <Field label={t.excluded} error={faultAt(fault, "excluded_segment_ids")}>
          {(control) => (
            <PickSome
              source={segmentSource}
              control={control}
              maxCount={EXCLUDED_MAX}
              fits={(row) => row.status === "live" && row.segment_id !== send.segment_id}
              describe={describe}
              value={send.excluded_segment_ids}
              onChange={(excluded_segment_ids) => onChange({ excluded_segment_ids })}
            />
          )}
        </Field>
        <Field label={t.channels} note={t.channelsNote} error={faultAt(fault, "channels")}>
          {(control) => (
            <Select
              {...control}
              mode="multiple"
              maxCount={CHANNELS_MAX}
              style={{ width: "100%" }}
              value={[...send.channels]}
              options={CHANNELS.map((value) => ({ value, label: vocabulary.say("channels", value) }))}
              onChange={(channels) => onChange(withChannels(send, channels))}
            />
          )}
        </Field>
        {isPersonal(send) && (
          <div className={styles.offer}>
            <span>{t.personalOffer}</span>
            <Button size="small" onClick={() => onChange(personally(send))}>
              {t.personally}
            </Button>
          </div>
        )}
        <div className={styles.pair}>
          {send.channels.length > 1 && (
            <Field
              label={t.fallBack}
              note={t.fallBackNote}
              error={faultAt(fault, "content.fall_back_after_hours")}
            >
              {(control) => (
                <InputNumber
                  {...control}
                  style={{ width: "100%" }}
                  min={1}
                  max={14 * 24}
                  precision={0}
                  value={send.content.fall_back_after_hours ?? null}
                  onChange={(fall_back_after_hours) =>
                    onChange({ content: { ...send.content, fall_back_after_hours } })
                  }
                />
              )}
            </Field>
          )}
          <Field label={t.purpose}>
            {() => (
              <Segmented
                className={styles.start ?? ""}
                aria-label={t.purpose}
                value={send.purpose}
                options={(["marketing", "service"] as const).map((value) => ({
                  value,
                  label: t.purposes[value],
                }))}
                onChange={(purpose) => onChange({ purpose })}
              />
            )}
          </Field>
        </div>
        {may(rights.readPersonas) && (
          <Field label={t.persona} note={speaker?.tone ? t.personaTone(speaker.tone) : t.personaNote}>
            {(control) => (
              <Select
                {...control}
                allowClear
                style={{ width: "100%" }}
                placeholder={t.anybody}
                value={send.persona_id ?? undefined}
                options={personas.map((each) => ({
                  value: each.persona_id,
                  label: each.name,
                }))}
                onChange={(persona_id?: number) => onChange({ persona_id: persona_id ?? null })}
              />
            )}
          </Field>
        )}
      </div>
    </Panel>
  );
}
