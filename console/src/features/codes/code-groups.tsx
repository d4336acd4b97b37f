import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined } from "@ant-design/icons";
import { Button, Checkbox, InputNumber } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { TagsSelect } from "@/shared/tags/tags-select";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { groupSource } from "@/api/sources";
import { PickOne, useNamed } from "@/shared/ui/picker";
import { faultAt, replaced, swapped, without, type CodePart } from "./code-parts";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

const GROUPS_MAX = 50;
const GROUP_SIZE_MAX = 500;
const USUAL_SIZE = 200;

/** The groups of a code, filled one after the other. */
export function CodeGroups({ code, fault, onChange }: CodePart) {
  const t = useTexts(codesTexts);
  const chosen = code.groups.map((group) => group.group_id);
  const known = useNamed(groupSource, chosen);
  const nameOf = (groupId: number) => known.get(groupId)?.name ?? t.groupNumber(groupId);
  return (
    <Panel title={t.groups} note={t.groupsNote}>
      <div className={styles.stack}>
        {code.groups.map((group, n) => {
          const set = (changed: Partial<typeof group>) =>
            onChange({ groups: replaced(code.groups, n, changed) });
          const name = nameOf(group.group_id);
          return (
            <div key={group.group_id} className={styles.item}>
              <div className={styles.itemHead}>
                <strong>{name}</strong>
                <span className={styles.tools}>
                  <Button
                    type="text"
                    size="small"
                    icon={<ArrowUpOutlined aria-hidden />}
                    aria-label={t.earlier(name)}
                    disabled={n === 0}
                    onClick={() => onChange({ groups: swapped(code.groups, n, n - 1) })}
                  />
                  <Button
                    type="text"
                    size="small"
                    icon={<ArrowDownOutlined aria-hidden />}
                    aria-label={t.later(name)}
                    disabled={n === code.groups.length - 1}
                    onClick={() => onChange({ groups: swapped(code.groups, n, n + 1) })}
                  />
                  <Button
                    type="text"
                    size="small"
                    icon={<CloseOutlined aria-hidden />}
                    aria-label={t.removeGroup(name)}
                    onClick={() => onChange({ groups: without(code.groups, n) })}
                  />
                </span>
              </div>
              <div className={styles.pair}>
                <Field label={t.groupMax}>
                  {(control) => (
                    <InputNumber
                      {...control}
                      style={{ width: "100%" }}
                      min={1}
                      max={GROUP_SIZE_MAX}
                      precision={0}
                      value={group.members_max}
                      onChange={(most) => set({ members_max: most ?? USUAL_SIZE })}
                    />
                  )}
                </Field>
                <Field label={t.groupTags}>
                  {() => (
                    <TagsSelect
                      label={`${t.groupTags} · ${name}`}
                      placeholder={t.anybodyMay}
                      value={group.tags}
                      onChange={(tags) => set({ tags })}
                    />
                  )}
                </Field>
              </div>
            </div>
          );
        })}
        <Field label={t.addGroup} error={faultAt(fault, "groups")}>
          {(control) => (
            <PickOne
              source={groupSource}
              control={control}
              placeholder={t.groupPlaceholder}
              disabled={code.groups.length >= GROUPS_MAX}
              fits={(group) =>
                group.corp_id === code.corp_id && !group.dissolved_at && !chosen.includes(group.group_id)
              }
              describe={(group) => t.groupOption(group.name, group.members)}
              value={null}
              onChange={(id) =>
                id !== null &&
                onChange({ groups: [...code.groups, { group_id: id, members_max: USUAL_SIZE, tags: [] }] })
              }
            />
          )}
        </Field>
        <Checkbox
          checked={code.makes_groups}
          onChange={(event) => onChange({ makes_groups: event.target.checked })}
        >
          {t.makesGroups}
        </Checkbox>
      </div>
    </Panel>
  );
}
