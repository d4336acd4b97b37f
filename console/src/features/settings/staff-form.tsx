import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { createStaff, unitsQuery } from "@/api/company";
import type { Role } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { roleOptions } from "./roles";
import { settingsTexts } from "./settings-texts";
import styles from "./settings-page.module.css";
import { unitOptions } from "./unit-options";

const PASSWORD_LENGTH_MIN = 8;

export function StaffForm({ onClose }: { onClose: () => void }) {
  const t = useTexts(settingsTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const units = useQuery(unitsQuery());
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const [seesUnit, setSeesUnit] = useState(false);
  const [chosenUnit, setUnit] = useState<number | null>(null);
  const [tried, setTried] = useState(false);
  const unitId = chosenUnit ?? units.data?.rows[0]?.unit_id ?? null;
  const isAtRoot =
    units.data?.rows.some((each) => each.unit_id === unitId && each.parent_id === null) ?? false;
  const isPartner = role === "partner";

  const create = useMutation({
    mutationFn: createStaff,
    onSuccess: async () => {
      notices.done(t.staff.added);
      await queryClient.invalidateQueries({ queryKey: ["staff"] });
      onClose();
    },
    onError: notices.failed,
  });
  const faults = {
    name: name.trim() ? null : t.staff.needed,
    email: /^\S+@\S+$/.test(email.trim()) ? null : t.staff.emailWrong,
    password: password.length >= PASSWORD_LENGTH_MIN ? null : t.staff.passwordShort,
    unit: unitId === null ? t.staff.needed : isPartner && seesUnit && isAtRoot ? t.staff.partnerAtRoot : null,
  };
  const shown = (fault: string | null) => (tried ? fault : null);
  const submit = () => {
    setTried(true);
    if (unitId === null || Object.values(faults).some(Boolean)) return;
    create.mutate({
      name: name.trim(),
      email: email.trim(),
      password,
      role,
      unit_id: unitId,
      own_only: isPartner ? !seesUnit : null,
    });
  };
  return (
    <Modal
      open
      title={t.staff.create}
      okText={t.staff.create}
      cancelText={t.cancel}
      confirmLoading={create.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <div className={styles.pair}>
          <Field label={t.staff.name} error={shown(faults.name)}>
            {(control) => (
              <Input
                {...control}
                maxLength={80}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.staff.email} error={shown(faults.email)}>
            {(control) => (
              <Input
                {...control}
                type="email"
                autoComplete="off"
                value={email}
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
        </div>
        <Field label={t.staff.password} note={t.staff.passwordNote} error={shown(faults.password)}>
          {(control) => (
            <Input.Password
              {...control}
              autoComplete="new-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.staff.role} note={t.staff.roleNotes[role]}>
          {(control) => (
            <Select
              {...control}
              aria-label={t.staff.role}
              value={role}
              onChange={setRole}
              options={roleOptions(t.staff.roles)}
            />
          )}
        </Field>
        {isPartner && (
          <Field label={t.staff.sight}>
            {(control) => (
              <Select
                {...control}
                aria-label={t.staff.sight}
                value={seesUnit ? "unit" : "own"}
                onChange={(sight) => setSeesUnit(sight === "unit")}
                options={[
                  { value: "own", label: t.staff.sights.own },
                  { value: "unit", label: t.staff.sights.unit },
                ]}
              />
            )}
          </Field>
        )}
        <Field label={t.staff.unit} error={shown(faults.unit)}>
          {(control) => (
            <Select
              {...control}
              aria-label={t.staff.unit}
              showSearch={{ optionFilterProp: "label" }}
              loading={units.isPending}
              value={unitId ?? undefined}
              onChange={setUnit}
              options={unitOptions(units.data?.rows ?? [])}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}
