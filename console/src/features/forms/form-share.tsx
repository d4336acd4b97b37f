import { useMutation } from "@tanstack/react-query";
import { Button, InputNumber } from "antd";
import { useState } from "react";
import { formFiles, makeFormLink } from "@/api/forms";
import type { FormRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { SharedAddress, SharePanel } from "@/shared/ui/share-panel";
import { useNotices } from "@/shared/ui/use-notices";
import { formsTexts } from "./forms-texts";
import styles from "./forms.module.css";

function PersonalLink({ form }: { form: FormRow }) {
  const t = useTexts(formsTexts);
  const notices = useNotices();
  const [customerId, setCustomerId] = useState<number | null>(null);
  const make = useMutation({
    mutationFn: (id: number) => makeFormLink(form.form_id, id),
    onError: notices.failed,
  });
  return (
    <details className={styles.more}>
      <summary>{t.personal}</summary>
      <div className={styles.stack}>
        <p className={styles.quiet}>{t.personalNote}</p>
        <div className={styles.row}>
          <InputNumber
            aria-label={t.customerNumber}
            placeholder={t.customerNumber}
            min={1}
            precision={0}
            value={customerId}
            onChange={setCustomerId}
          />
          <Button
            disabled={customerId === null}
            loading={make.isPending}
            onClick={() => customerId !== null && make.mutate(customerId)}
          >
            {t.makeLink}
          </Button>
        </div>
        {make.data && <SharedAddress label={t.personal} url={make.data.url} />}
      </div>
    </details>
  );
}

/** Where people answer it: the address, as a QR code too, and one for a single customer. */
export function FormShare({ form }: { form: FormRow }) {
  const t = useTexts(formsTexts);
  const may = useMay();
  const files = formFiles(form.form_id);
  return (
    <SharePanel
      title={t.share}
      note={form.definition.who === "personal" ? t.sharePersonal : t.shareNote}
      waiting={form.version === null ? t.shareDraft : null}
      qr={files.qr}
      qrName={t.qr}
      fileName={`form-${form.form_id}`}
      label={t.url}
      url={form.url}
    >
      {may(rights.readCustomers) && <PersonalLink form={form} />}
    </SharePanel>
  );
}
