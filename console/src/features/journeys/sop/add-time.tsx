import { Button, Input, InputNumber, Modal, Select } from "antd";
import { PlusOutlined } from "@ant-design/icons";
import { useState } from "react";
import type { NodeKind } from "@/api/journey-document";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { nodeTexts } from "../node-texts";
import { sopTexts } from "./sop-texts";
import styles from "./sop.module.css";

const TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

interface TimeFieldsProps {
  day: number;
  at: string;
  onDay: (day: number) => void;
  onAt: (at: string) => void;
}

/** A day and a time of it. */
export function TimeFields({ day, at, onDay, onAt }: TimeFieldsProps) {
  const t = useTexts(sopTexts);
  return (
    <div className={styles.pair}>
      <Field label={t.dayLabel}>
        {(control) => (
          <InputNumber<number>
            {...control}
            min={0}
            max={366}
            value={day}
            onChange={(value) => onDay(value ?? 0)}
          />
        )}
      </Field>
      <Field label={t.timeLabel}>
        {(control) => (
          <Input {...control} type="time" value={at} onChange={(event) => onAt(event.target.value)} />
        )}
      </Field>
    </div>
  );
}

interface AddTimeProps {
  label: string;
  day: number;
  kinds: readonly NodeKind[];
  onAdd: (day: number, at: string, kind: NodeKind) => void;
}

/** A button that asks for a day, a time and what is done then. */
export function AddTime({ label, day, kinds, onAdd }: AddTimeProps) {
  const t = useTexts(sopTexts);
  const words = useTexts(nodeTexts);
  const [asked, setAsked] = useState<{ day: number; at: string; kind: NodeKind } | null>(null);
  const first = kinds[0] ?? "message";
  return (
    <>
      <Button
        size="small"
        type="text"
        icon={<PlusOutlined aria-hidden />}
        onClick={() => setAsked({ day, at: "10:00", kind: first })}
      >
        {label}
      </Button>
      {asked && (
        <Modal
          open
          title={t.newTime}
          okText={t.ok}
          cancelText={t.cancel}
          okButtonProps={{ disabled: !TIME.test(asked.at) }}
          onCancel={() => setAsked(null)}
          onOk={() => {
            onAdd(asked.day, asked.at, asked.kind);
            setAsked(null);
          }}
        >
          <div className={styles.form}>
            <TimeFields
              day={asked.day}
              at={asked.at}
              onDay={(next) => setAsked({ ...asked, day: next })}
              onAt={(next) => setAsked({ ...asked, at: next })}
            />
            <Field label={t.what}>
              {(control) => (
                <Select<NodeKind>
                  {...control}
                  value={asked.kind}
                  options={kinds.map((kind) => ({ value: kind, label: words.kinds[kind] }))}
                  onChange={(kind) => setAsked({ ...asked, kind })}
                />
              )}
            </Field>
          </div>
        </Modal>
      )}
    </>
  );
}
