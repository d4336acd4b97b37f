import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import type { Attachment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { attachmentOf } from "./attachment-of";
import { MaterialSelect } from "./material-select";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { attachmentsTexts } from "./attachments-texts";
import styles from "./attachments-field.module.css";

type Kind = Attachment["kind"];

const KINDS: readonly Kind[] = ["image", "link", "file", "miniprogram"];
const ATTACHMENTS_MAX = 9;
const ADDRESS = /^https?:/i;
const FIELDS: Record<
  Kind,
  readonly ("source" | "url" | "title" | "description" | "appid" | "page" | "media_id")[]
> = {
  image: ["source"],
  file: ["source", "title"],
  link: ["url", "title", "description"],
  miniprogram: ["appid", "page", "title", "media_id"],
};

/** One field for both ways in which a picture or file is named: by its address, or by the id that the channel knows it under. */
const sourced = (text: string) =>
  ADDRESS.test(text) ? { url: text || null, media_id: null } : { url: null, media_id: text || null };

interface RowProps {
  at: number;
  attachment: Attachment;
  onChange: (attachment: Attachment) => void;
  onRemove: () => void;
}

function Row({ at, attachment, onChange, onRemove }: RowProps) {
  const t = useTexts(attachmentsTexts);
  const kind = t.kinds[attachment.kind];
  const name = `${t.one(at + 1)} · ${kind}`;
  return (
    <li className={styles.one} aria-label={name}>
      <div className={styles.head}>
        <span>{kind}</span>
        <Button
          type="text"
          size="small"
          icon={<DeleteOutlined aria-hidden />}
          aria-label={t.remove(name)}
          onClick={onRemove}
        />
      </div>
      <div className={styles.parts}>
        {FIELDS[attachment.kind].map((field) => (
          <label key={field} className={styles.part}>
            <span aria-hidden>{t.fields[field]}</span>
            <Input
              aria-label={`${name} · ${t.fields[field]}`}
              value={(field === "source" ? (attachment.url ?? attachment.media_id) : attachment[field]) ?? ""}
              onChange={({ target }) => {
                const text = target.value.trimStart();
                onChange({
                  ...attachment,
                  ...(field === "source" ? sourced(text) : { [field]: text || null }),
                });
              }}
            />
          </label>
        ))}
      </div>
    </li>
  );
}

interface AttachmentsFieldProps {
  attachments: readonly Attachment[];
  /** What can be added; all where nothing is said. */
  kinds?: readonly Kind[];
  error: string | null | undefined;
  onChange: (attachments: Attachment[]) => void;
}

/** What hangs on the message: pictures, links, files, pages of a mini program. */
export function AttachmentsField({ attachments, kinds = KINDS, error, onChange }: AttachmentsFieldProps) {
  const t = useTexts(attachmentsTexts);
  const may = useMay();
  return (
    <fieldset className={styles.field}>
      <legend>{t.title}</legend>
      {attachments.length > 0 && (
        <ol className={styles.list}>
          {attachments.map((each, at) => (
            <Row
              key={at}
              at={at}
              attachment={each}
              onChange={(changed) => onChange(attachments.with(at, changed))}
              onRemove={() => onChange(attachments.toSpliced(at, 1))}
            />
          ))}
        </ol>
      )}
      <div className={styles.row}>
        {kinds.map((kind) => (
          <Button
            key={kind}
            size="small"
            icon={<PlusOutlined aria-hidden />}
            disabled={attachments.length >= ATTACHMENTS_MAX}
            onClick={() => onChange([...attachments, { kind }])}
          >
            {t.kinds[kind]}
          </Button>
        ))}
      </div>
      {may(rights.readMaterials) && attachments.length < ATTACHMENTS_MAX && (
        <MaterialSelect
          kinds={kinds}
          onChoose={(row) => {
            const chosen = attachmentOf(row);
            if (chosen) onChange([...attachments, chosen]);
          }}
        />
      )}
      {error ? (
        <p role="alert" className={styles.fault}>
          {error}
        </p>
      ) : (
        attachments.length > 0 && <p className={styles.quiet}>{t.note}</p>
      )}
    </fieldset>
  );
}
