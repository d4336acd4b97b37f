import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useState } from "react";
import { changePassword } from "@/api/company";
import { sessionKey } from "@/api/session";
import { useTexts } from "@/shared/i18n/texts";
import { useSession } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { appTexts } from "./app-texts";
import styles from "./password-dialog.module.css";

const LENGTH_MIN = 8;

/** One's own password. Setting it ends every session, this one too. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(appTexts).password;
  const { staff } = useSession();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [tried, setTried] = useState(false);
  const change = useMutation({
    mutationFn: () => changePassword(staff.staff_id, { current_password: current, new_password: next }),
    onSuccess: () => {
      notices.done(t.done);
      queryClient.setQueryData(sessionKey, null);
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (current && next.length >= LENGTH_MIN) change.mutate();
  };
  return (
    <Modal
      open
      title={t.change}
      okText={t.change}
      cancelText={t.cancel}
      confirmLoading={change.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.current} error={tried && !current ? t.needed : null}>
          {(control) => (
            <Input.Password
              {...control}
              autoComplete="current-password"
              value={current}
              onChange={(event) => setCurrent(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.next} note={t.note} error={tried && next.length < LENGTH_MIN ? t.short : null}>
          {(control) => (
            <Input.Password
              {...control}
              autoComplete="new-password"
              value={next}
              onChange={(event) => setNext(event.target.value)}
              onPressEnter={submit}
            />
          )}
        </Field>
      </div>
    </Modal>
  );
}
