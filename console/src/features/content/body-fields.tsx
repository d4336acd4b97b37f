import { Input } from "antd";
import type { ContentFile } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import type { DraftBody } from "./body";
import { contentTexts } from "./content-texts";
import { FileField } from "./file-field";

const PICTURES = ".png,.jpg,.jpeg,.gif";
const FILES = ".pdf,.docx,.xlsx,.pptx,.zip,.mp4";
type Line = "url" | "title" | "description" | "appid" | "page";

interface BodyFieldsProps {
  body: DraftBody;
  files: readonly ContentFile[];
  disabled: boolean;
  onChange: (body: DraftBody) => void;
}

/** What a material of its kind consists of. */
export function BodyFields({ body, files, disabled, onChange }: BodyFieldsProps) {
  const t = useTexts(contentTexts);
  const set = (change: Partial<DraftBody>) => onChange({ ...body, ...change });
  const known = (fileId: number | null) => files.find((each) => each.file_id === fileId);
  const line = (field: Line, label: string, maxLength: number) => (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          maxLength={maxLength}
          disabled={disabled}
          value={body[field]}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
  const text = (label: string, note: string, maxLength: number, minRows: number) => (
    <Field label={label} note={note}>
      {(control) => (
        <Input.TextArea
          {...control}
          maxLength={maxLength}
          autoSize={{ minRows, maxRows: 18 }}
          disabled={disabled}
          value={body.text}
          onChange={(event) => set({ text: event.target.value })}
        />
      )}
    </Field>
  );
  const picture = (
    <Field label={t.picture} note={t.fileNote}>
      {(control) => (
        <FileField
          control={control}
          accept={PICTURES}
          disabled={disabled}
          known={known(body.picture_id)}
          onChange={(file) => set({ picture_id: file.file_id })}
        />
      )}
    </Field>
  );
  switch (body.kind) {
    case "text":
      return text(t.text, t.textNote, 2000, 4);
    case "image":
    case "file":
      return (
        <Field label={t.file} note={t.fileNote}>
          {(control) => (
            <FileField
              key={body.kind}
              control={control}
              accept={body.kind === "image" ? PICTURES : FILES}
              disabled={disabled}
              known={known(body.file_id)}
              onChange={(file) => set({ file_id: file.file_id })}
            />
          )}
        </Field>
      );
    case "link":
      return (
        <>
          {line("url", t.url, 2000)}
          {line("title", t.cardTitle, 120)}
          {line("description", t.description, 500)}
          {picture}
        </>
      );
    case "miniprogram":
      return (
        <>
          {line("appid", t.appid, 40)}
          {line("page", t.pagePath, 2000)}
          {line("title", t.cardTitle, 120)}
          {picture}
        </>
      );
    case "article":
      return (
        <>
          {line("title", t.cardTitle, 120)}
          {line("description", t.description, 500)}
          {text(t.articleText, t.articleNote, 20_000, 8)}
          {picture}
        </>
      );
  }
}
