import { CopyOutlined, DownloadOutlined, ExportOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Button, Input, InputNumber } from "antd";
import { useState } from "react";
import { formFiles, makeFormLink } from "@/api/forms";
import type { FormRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { formsTexts } from "./forms-texts";
import styles from "./forms.module.css";

function useCopy() {
  const t = useTexts(formsTexts);
  const notices = useNotices();
  return (text: string) =>
    void navigator.clipboard.writeText(text).then(() => notices.done(t.copied), notices.failed);
}

function Address({ label, url }: { label: string; url: string }) {
  const t = useTexts(formsTexts);
  const copy = useCopy();
  return (
    <div className={styles.stack}>
      <Field label={label}>{(control) => <Input {...control} readOnly value={url} />}</Field>
      <div className={styles.row}>
        <Button size="small" icon={<CopyOutlined />} onClick={() => copy(url)}>
          {t.copy}
        </Button>
        <Button size="small" icon={<ExportOutlined />} href={url} target="_blank" rel="noreferrer">
          {t.open}
        </Button>
      </div>
    </div>
  );
}

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
        {make.data && <Address label={t.personal} url={make.data.url} />}
      </div>
    </details>
  );
}

/** Where people answer it: the address, as a QR code too, and one for a single customer. */
export function FormShare({ form }: { form: FormRow }) {
  const t = useTexts(formsTexts);
  const may = useMay();
  const files = formFiles(form.form_id);
  if (form.version === null)
    return (
      <Panel title={t.share}>
        <p className={styles.quiet}>{t.shareDraft}</p>
      </Panel>
    );
  return (
    <Panel title={t.share} note={form.definition.who === "personal" ? t.sharePersonal : t.shareNote}>
      <div className={styles.stack}>
        <img className={styles.qr} src={files.qr("svg")} alt={t.qr} width={180} height={180} />
        <div className={styles.row}>
          {(["png", "svg"] as const).map((picture) => (
            <Button
              key={picture}
              size="small"
              icon={<DownloadOutlined />}
              href={files.qr(picture)}
              download={`form-${form.form_id}.${picture}`}
            >
              {picture.toUpperCase()}
            </Button>
          ))}
        </div>
        <Address label={t.url} url={form.url} />
        {may(rights.readCustomers) && <PersonalLink form={form} />}
      </div>
    </Panel>
  );
}
