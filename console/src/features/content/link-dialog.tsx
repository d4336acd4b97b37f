import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useState } from "react";
import { giveLink, newKey } from "@/api/content";
import type { TrackedLink } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { SharedAddress } from "@/shared/ui/share-panel";
import { useNotices } from "@/shared/ui/use-notices";
import { contentTexts } from "./content-texts";
import { CustomerSelect } from "./customer-select";
import styles from "./content.module.css";

/** Makes a short link of a long one, for a customer or for nobody in particular; it tells who opened it. */
export function LinkDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(contentTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [key] = useState(newKey);
  const [url, setUrl] = useState("");
  const [title, setTitle] = useState("");
  const [customerId, setCustomerId] = useState<number | null>(null);
  const [made, setMade] = useState<TrackedLink | null>(null);
  const giving = useMutation({
    mutationFn: () => giveLink({ share_key: key, url: url.trim(), title, customer_id: customerId }),
    onSuccess: (link) => {
      setMade(link);
      return queryClient.invalidateQueries({ queryKey: ["links"] });
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={t.newLink}
      okText={made ? t.close : t.newLink}
      cancelText={t.cancel}
      okButtonProps={{ disabled: url.trim() === "" }}
      confirmLoading={giving.isPending}
      onOk={() => (made ? onClose() : giving.mutate())}
      onCancel={onClose}
    >
      {made ? (
        <SharedAddress label={t.shortLink} url={made.url} />
      ) : (
        <div className={styles.form}>
          <Field label={t.url}>
            {(control) => (
              <Input
                {...control}
                maxLength={2000}
                placeholder="https://"
                value={url}
                onChange={(event) => setUrl(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.cardTitle} note={t.linkTitleNote}>
            {(control) => (
              <Input
                {...control}
                maxLength={120}
                value={title}
                onChange={(event) => setTitle(event.target.value)}
              />
            )}
          </Field>
          {may(rights.readCustomers) && (
            <Field label={t.columns.customer} note={t.linkCustomerNote}>
              {(control) => (
                <CustomerSelect
                  control={control}
                  placeholder={t.nobody}
                  value={customerId}
                  onChange={setCustomerId}
                />
              )}
            </Field>
          )}
        </div>
      )}
    </Modal>
  );
}
