import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  CloseOutlined,
  EditOutlined,
  PlusOutlined,
} from "@ant-design/icons";
import { Button, Input } from "antd";
import { useState } from "react";
import type { BranchWay } from "@/api/journey-document";
import { useTexts } from "@/shared/i18n/texts";
import { freeLetter } from "../node-kinds";
import { ConditionDialog, ConditionSentence } from "./condition-dialog";
import type { FormProps } from "./form-props";
import { formTexts } from "./form-texts";
import styles from "./forms.module.css";

const WAYS_MAX = 8;

/** Ways with their conditions; the first that holds is taken. */
export function BranchForm({ node, faultOf, onChange }: FormProps<"branch">) {
  const t = useTexts(formTexts);
  const [opened, setOpened] = useState<string | null>(null);
  const { ways } = node;
  const set = (next: BranchWay[]) => onChange({ ...node, ways: next });
  const change = (key: string, part: Partial<BranchWay>) =>
    set(ways.map((way) => (way.key === key ? { ...way, ...part } : way)));
  const swap = (one: number, other: number) =>
    set(ways.map((way, at) => (at === one ? ways[other] : at === other ? ways[one] : way) ?? way));
  const at = ways.findIndex(({ key }) => key === opened);
  const way = ways[at];
  const reason = faultOf(`ways.${at}.condition`);
  const add = () => {
    const key = freeLetter(ways);
    set([
      ...ways,
      { key, name: t.wayNamed(ways.length + 1), condition: { kind: "all", of: [] }, next: null },
    ]);
  };
  return (
    <div className={styles.form}>
      <p className={styles.quiet}>{t.waysNote}</p>
      <ol className={styles.list}>
        {ways.map((each, index) => (
          <li key={each.key} className={styles.item}>
            <div className={styles.itemHead}>
              <Input
                aria-label={t.wayName}
                maxLength={60}
                status={faultOf(`ways.${index}.name`) ? "error" : ""}
                value={each.name}
                onChange={(event) => change(each.key, { name: event.target.value })}
              />
              <Button
                type="text"
                size="small"
                icon={<ArrowUpOutlined aria-hidden />}
                aria-label={`${t.up} ${each.name}`}
                disabled={index === 0}
                onClick={() => swap(index, index - 1)}
              />
              <Button
                type="text"
                size="small"
                icon={<ArrowDownOutlined aria-hidden />}
                aria-label={`${t.down} ${each.name}`}
                disabled={index === ways.length - 1}
                onClick={() => swap(index, index + 1)}
              />
              {ways.length > 1 && (
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined aria-hidden />}
                  aria-label={t.removeWay(each.name)}
                  onClick={() => set(ways.filter(({ key }) => key !== each.key))}
                />
              )}
            </div>
            <ConditionSentence condition={each.condition} />
            {faultOf(`ways.${index}.condition`) && (
              <p role="alert" className={styles.error}>
                {faultOf(`ways.${index}.condition`)}
              </p>
            )}
            <Button
              size="small"
              className={styles.add ?? ""}
              icon={<EditOutlined aria-hidden />}
              aria-label={`${t.editCondition} · ${each.name}`}
              onClick={() => setOpened(each.key)}
            >
              {t.editCondition}
            </Button>
          </li>
        ))}
      </ol>
      {ways.length < WAYS_MAX && (
        <Button size="small" className={styles.add ?? ""} icon={<PlusOutlined aria-hidden />} onClick={add}>
          {t.addWay}
        </Button>
      )}
      {way && (
        <ConditionDialog
          title={t.conditionOf(way.name)}
          condition={way.condition}
          fault={reason === undefined ? null : { path: "", reason }}
          onChange={(condition) => change(way.key, { condition })}
          onClose={() => setOpened(null)}
        />
      )}
    </div>
  );
}
