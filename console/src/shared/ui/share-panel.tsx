import { CopyOutlined, DownloadOutlined, ExportOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import type { ReactNode } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { copyText } from "./copy-text";
import { definitionTexts } from "./definition-texts";
import { Field } from "./field";
import { Panel } from "./panel";
import { useNotices } from "./use-notices";
import styles from "./definition-page.module.css";

/** An address to be copied or opened. */
export function SharedAddress({ label, url }: { label: string; url: string }) {
  const t = useTexts(definitionTexts);
  const notices = useNotices();
  const copy = () => void copyText(url).then(() => notices.done(t.copied), notices.failed);
  return (
    <div className={styles.stack}>
      <Field label={label}>{(control) => <Input {...control} readOnly value={url} />}</Field>
      <div className={styles.row}>
        <Button size="small" icon={<CopyOutlined aria-hidden />} onClick={copy}>
          {t.copy}
        </Button>
        <Button
          size="small"
          icon={<ExportOutlined aria-hidden />}
          href={url}
          target="_blank"
          rel="noreferrer"
        >
          {t.open}
        </Button>
      </div>
    </div>
  );
}

interface SharePanelProps {
  title: string;
  note: string;
  /** Said in place of all while it cannot be shared. */
  waiting: string | null;
  qr: (picture: "svg" | "png") => string;
  qrName: string;
  fileName: string;
  label: string;
  url: string;
  children?: ReactNode;
}

/** Where people find a page: as a QR code to be printed, and as an address. */
export function SharePanel(props: SharePanelProps) {
  const { title, qr } = props;
  if (props.waiting !== null)
    return (
      <Panel title={title}>
        <p className={styles.quiet}>{props.waiting}</p>
      </Panel>
    );
  return (
    <Panel title={title} note={props.note}>
      <div className={styles.stack}>
        <img className={styles.qr} src={qr("svg")} alt={props.qrName} width={180} height={180} />
        <div className={styles.row}>
          {(["png", "svg"] as const).map((picture) => (
            <Button
              key={picture}
              size="small"
              icon={<DownloadOutlined aria-hidden />}
              href={qr(picture)}
              download={`${props.fileName}.${picture}`}
            >
              {picture.toUpperCase()}
            </Button>
          ))}
        </div>
        <SharedAddress label={props.label} url={props.url} />
        {props.children}
      </div>
    </Panel>
  );
}
