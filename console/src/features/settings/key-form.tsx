import { useMutation } from "@tanstack/react-query";
import { Input, Modal, Radio, Select } from "antd";
import { useId, useState } from "react";
import { createKey } from "@/api/company";
import type { CreatedKey, Key, Role } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { keyRoleOptions } from "./roles";
import { settingsTexts } from "./settings-texts";
import styles from "./settings-page.module.css";

interface KeyFormProps {
  onClose: () => void;
  onCreated: (answer: CreatedKey) => void;
}

export function KeyForm({ onClose, onCreated }: KeyFormProps) {
  const t = useTexts(settingsTexts);
  const notices = useNotices();
  const may = useMay();
  const kinds: Key["kind"][] = may(rights.writeIntake) ? ["write", "api"] : ["api"];
  const legendId = useId();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Key["kind"]>(kinds[0] ?? "api");
  const [role, setRole] = useState<Role>("analyst");
  const [tried, setTried] = useState(false);
  const create = useMutation({ mutationFn: createKey, onSuccess: onCreated, onError: notices.failed });
  const submit = () => {
    setTried(true);
    if (name.trim()) create.mutate({ name: name.trim(), kind, role: kind === "api" ? role : null });
  };
  return (
    <Modal
      open
      title={t.keys.create}
      okText={t.keys.create}
      cancelText={t.cancel}
      confirmLoading={create.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.keys.name} error={tried && !name.trim() ? t.keys.nameNeeded : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={80}
              placeholder={t.keys.namePlaceholder}
              value={name}
              onChange={(event) => setName(event.target.value)}
              onPressEnter={submit}
            />
          )}
        </Field>
        <div role="group" aria-labelledby={legendId} className={styles.choices}>
          <span id={legendId} className={styles.legend}>
            {t.keys.kind}
          </span>
          <Radio.Group
            vertical
            value={kind}
            onChange={(event) => setKind(event.target.value as Key["kind"])}
            options={kinds.map((value) => ({
              value,
              label: (
                <>
                  {t.keys.kinds[value]}
                  <span className={styles.note}>{t.keys.kindNotes[value]}</span>
                </>
              ),
            }))}
          />
        </div>
        {kind === "api" && (
          <Field label={t.keys.role} note={t.staff.roleNotes[role]}>
            {(control) => (
              <Select
                {...control}
                aria-label={t.keys.role}
                value={role}
                onChange={setRole}
                options={keyRoleOptions(t.staff.roles)}
              />
            )}
          </Field>
        )}
      </div>
    </Modal>
  );
}
