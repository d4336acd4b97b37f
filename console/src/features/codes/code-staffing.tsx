import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { TimeSpan } from "@/shared/ui/time-span";
import { memberSource } from "@/api/sources";
import { PickSome } from "@/shared/ui/picker";
import { faultAt, replaced, without, type CodePart } from "./code-parts";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

const MEMBERS_MAX = 100;
const BACKUPS_MAX = 20;
const SLOTS_MAX = 50;
const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const WORKDAYS = [1, 2, 3, 4, 5];

interface StaffSelectProps {
  corpId: string;
  label: string;
  most: number;
  value: readonly number[];
  onChange: (staffIds: number[]) => void;
}

function StaffSelect({ corpId, label, most, value, onChange }: StaffSelectProps) {
  const t = useTexts(codesTexts);
  return (
    <PickSome
      source={memberSource(corpId)}
      label={label}
      placeholder={t.staffPlaceholder}
      maxCount={most}
      fits={(member) => member.is_active && !member.left_at}
      value={value}
      onChange={onChange}
    />
  );
}

/** Who serves when, and how many. */
export function CodeStaffing({ code, fault, onChange }: CodePart) {
  const t = useTexts(codesTexts);
  const cap = (label: string, field: "member_daily_max" | "daily_max") => (
    <Field label={label} error={faultAt(fault, field)}>
      {(control) => (
        <InputNumber
          {...control}
          style={{ width: "100%" }}
          min={1}
          max={1_000_000}
          precision={0}
          placeholder={t.unlimited}
          value={code[field] ?? null}
          onChange={(most) => onChange({ [field]: most })}
        />
      )}
    </Field>
  );
  const staff = (label: string, most: number, value: readonly number[], set: (ids: number[]) => void) => (
    <StaffSelect corpId={code.corp_id} label={label} most={most} value={value} onChange={set} />
  );
  return (
    <Panel title={t.staffing}>
      <div className={styles.stack}>
        <Field label={t.always} error={faultAt(fault, "staff_ids")}>
          {() => staff(t.always, MEMBERS_MAX, code.staff_ids, (ids) => onChange({ staff_ids: ids }))}
        </Field>
        <Field label={t.slots} note={t.slotsNote} error={faultAt(fault, "slots")}>
          {() => (
            <div className={styles.stack}>
              {code.slots.map((slot, n) => {
                const set = (changed: Partial<typeof slot>) =>
                  onChange({ slots: replaced(code.slots, n, changed) });
                return (
                  <div key={n} className={styles.item}>
                    <div className={styles.itemHead}>
                      <TimeSpan label={t.slots} begins={slot.begins} ends={slot.ends} onChange={set} />
                      <Button
                        type="text"
                        size="small"
                        icon={<CloseOutlined aria-hidden />}
                        aria-label={t.removeSlot(n + 1)}
                        onClick={() => onChange({ slots: without(code.slots, n) })}
                      />
                    </div>
                    <Select
                      mode="multiple"
                      aria-label={t.weekdays}
                      placeholder={t.weekdays}
                      value={slot.weekdays}
                      options={DAYS.map((value) => ({ value, label: t.weekday[value] }))}
                      onChange={(weekdays) => set({ weekdays: [...weekdays].sort((a, b) => a - b) })}
                    />
                    {staff(t.slotStaff(n + 1), MEMBERS_MAX, slot.staff_ids, (ids) => set({ staff_ids: ids }))}
                  </div>
                );
              })}
              <div>
                <Button
                  size="small"
                  type="dashed"
                  icon={<PlusOutlined aria-hidden />}
                  disabled={code.slots.length >= SLOTS_MAX}
                  onClick={() =>
                    onChange({
                      slots: [
                        ...code.slots,
                        { weekdays: WORKDAYS, begins: 9 * 60, ends: 18 * 60, staff_ids: [...code.staff_ids] },
                      ],
                    })
                  }
                >
                  {t.addSlot}
                </Button>
              </div>
            </div>
          )}
        </Field>
        <Field label={t.backups} note={t.backupsNote} error={faultAt(fault, "backup_ids")}>
          {() => staff(t.backups, BACKUPS_MAX, code.backup_ids, (ids) => onChange({ backup_ids: ids }))}
        </Field>
        <div className={styles.pair}>
          {cap(t.memberMax, "member_daily_max")}
          {cap(t.dailyMax, "daily_max")}
        </div>
      </div>
    </Panel>
  );
}
