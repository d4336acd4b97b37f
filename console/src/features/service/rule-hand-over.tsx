import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, Select, Switch } from "antd";
import type { ServiceRuleDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { TimeSpan } from "@/shared/ui/time-span";
import { faultAt, replaced, without, type RulePart } from "./rule-parts";
import { serviceTexts } from "./service-texts";
import { WordsField } from "./words-field";
import styles from "./service.module.css";

const UNMATCHED_MAX = 10;
const HOURS_MAX = 20;
const LENGTH_MAX = 2048;
const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;

type HandOver = NonNullable<ServiceRuleDefinition["hand_over"]>;

const STARTER: HandOver = { words: ["人工", "转人工"], after_unmatched: 3, text: "", waiting: "" };

/** When a conversation goes to a person. */
export function RuleHandOver({ rules, fault, onChange }: RulePart) {
  const t = useTexts(serviceTexts);
  const goes = rules.hand_over;
  const set = (changed: Partial<HandOver>) => goes && onChange({ hand_over: { ...goes, ...changed } });
  return (
    <Panel title={t.handOvers} note={t.handOversNote}>
      <div className={styles.stack}>
        <label className={styles.row}>
          <Switch
            checked={goes !== null}
            onChange={(isOn) => onChange({ hand_over: isOn ? STARTER : null })}
          />
          {t.isHandedOver}
        </label>
        {goes && (
          <>
            <div className={styles.pair}>
              <Field label={t.handOverWords} error={faultAt(fault, "hand_over.words")}>
                {() => (
                  <WordsField
                    label={t.words}
                    words={goes.words}
                    isWrong={faultAt(fault, "hand_over.words") !== null}
                    onChange={(words) => set({ words })}
                  />
                )}
              </Field>
              <Field label={t.afterUnmatched}>
                {(control) => (
                  <Select<number>
                    {...control}
                    value={goes.after_unmatched}
                    options={Array.from({ length: UNMATCHED_MAX + 1 }, (_, n) => ({
                      value: n,
                      label: n ? t.times(n) : t.never,
                    }))}
                    onChange={(after) => set({ after_unmatched: after })}
                  />
                )}
              </Field>
            </div>
            <div className={styles.pair}>
              <Field label={t.handOverText} error={faultAt(fault, "hand_over.text")}>
                {(control) => (
                  <Input
                    {...control}
                    maxLength={LENGTH_MAX}
                    value={goes.text}
                    onChange={(event) => set({ text: event.target.value })}
                  />
                )}
              </Field>
              <Field label={t.waitingText} error={faultAt(fault, "hand_over.waiting")}>
                {(control) => (
                  <Input
                    {...control}
                    maxLength={LENGTH_MAX}
                    value={goes.waiting}
                    onChange={(event) => set({ waiting: event.target.value })}
                  />
                )}
              </Field>
            </div>
          </>
        )}
      </div>
    </Panel>
  );
}

/** When persons serve. */
export function RuleHours({ rules, fault, onChange }: RulePart) {
  const t = useTexts(serviceTexts);
  return (
    <Panel title={t.hours} note={t.hoursNote}>
      <div className={styles.stack}>
        {rules.hours.map((hours, n) => {
          const set = (changed: Partial<typeof hours>) =>
            onChange({ hours: replaced(rules.hours, n, changed) });
          return (
            <div key={n} className={styles.item}>
              <div className={styles.itemHead}>
                <TimeSpan label={t.hoursOf(n + 1)} begins={hours.begins} ends={hours.ends} onChange={set} />
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined aria-hidden />}
                  aria-label={`${t.remove} · ${t.hoursOf(n + 1)}`}
                  onClick={() => onChange({ hours: without(rules.hours, n) })}
                />
              </div>
              <Checkbox.Group
                className={styles.days ?? ""}
                aria-label={t.hoursOf(n + 1)}
                options={WEEK.map((day) => ({ value: day, label: t.weekday[day] }))}
                value={hours.weekdays}
                onChange={(days) => set({ weekdays: [...days].sort((a, b) => a - b) })}
              />
              {faultAt(fault, `hours.${String(n)}`) && (
                <p role="alert" className={styles.fault}>
                  {faultAt(fault, `hours.${String(n)}`)}
                </p>
              )}
            </div>
          );
        })}
        <div>
          <Button
            size="small"
            type="dashed"
            icon={<PlusOutlined aria-hidden />}
            disabled={rules.hours.length >= HOURS_MAX}
            onClick={() =>
              onChange({ hours: [...rules.hours, { weekdays: [1, 2, 3, 4, 5], begins: 540, ends: 1080 }] })
            }
          >
            {t.addHours}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
