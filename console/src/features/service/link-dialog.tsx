import { useMutation } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { makeServiceLink } from "@/api/service";
import type { ServiceAccount } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { copyText } from "@/shared/ui/copy-text";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { serviceTexts } from "./service-texts";
import styles from "./service.module.css";

const SCENE = /^[0-9a-zA-Z_-]{0,32}$/;

/** Makes an address at which customers enter an account. */
export function LinkDialog({ account, onClose }: { account: ServiceAccount; onClose: () => void }) {
  const t = useTexts(serviceTexts);
  const notices = useNotices();
  const [scene, setScene] = useState("");
  const make = useMutation({
    mutationFn: () => makeServiceLink(account.account_id, scene),
    onError: notices.failed,
  });
  const copy = (url: string) => void copyText(url).then(() => notices.done(t.copied), notices.failed);
  return (
    <Modal
      open
      title={`${t.link} · ${account.name || t.unnamedAccount}`}
      okText={t.makeLink}
      cancelText={t.close}
      okButtonProps={{ disabled: !SCENE.test(scene) }}
      confirmLoading={make.isPending}
      onOk={() => make.mutate()}
      onCancel={onClose}
    >
      <div className={styles.stack}>
        <Field label={t.scene} note={t.linkNote}>
          {(control) => (
            <Input
              {...control}
              maxLength={32}
              value={scene}
              status={SCENE.test(scene) ? "" : "error"}
              onChange={(event) => setScene(event.target.value)}
            />
          )}
        </Field>
        {make.data && (
          <div className={styles.row}>
            <code className={styles.url}>{make.data.url}</code>
            <Button size="small" onClick={() => copy(make.data.url)}>
              {t.copy}
            </Button>
          </div>
        )}
      </div>
    </Modal>
  );
}
