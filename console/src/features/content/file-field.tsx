import { FileOutlined, UploadOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { useRef, useState } from "react";
import { uploadContentFile } from "@/api/content";
import type { ContentFile } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useNotices } from "@/shared/ui/use-notices";
import { contentTexts } from "./content-texts";
import styles from "./content.module.css";

interface FileFieldProps {
  control: { id: string; "aria-describedby": string | undefined };
  accept: string;
  disabled: boolean;
  /** What is known of the file that is chosen. */
  known: ContentFile | undefined;
  onChange: (file: ContentFile) => void;
}

/** A file that is uploaded as soon as it is chosen. */
export function FileField({ control, accept, disabled, known, onChange }: FileFieldProps) {
  const t = useTexts(contentTexts);
  const notices = useNotices();
  const input = useRef<HTMLInputElement>(null);
  const [made, setMade] = useState<ContentFile>();
  const uploading = useMutation({
    mutationFn: uploadContentFile,
    onSuccess: (file) => {
      setMade(file);
      onChange(file);
    },
    onError: notices.failed,
  });
  const file = made ?? known;
  return (
    <div className={styles.file}>
      {file &&
        (file.kind === "image" ? (
          <img src={file.url} alt={file.name} className={styles.thumb} />
        ) : (
          <span>
            <FileOutlined aria-hidden /> {file.name}
          </span>
        ))}
      <input
        {...control}
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        accept={accept}
        disabled={disabled}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          if (chosen) uploading.mutate(chosen);
          event.target.value = "";
        }}
      />
      <Button
        icon={<UploadOutlined aria-hidden />}
        disabled={disabled}
        loading={uploading.isPending}
        onClick={() => input.current?.click()}
      >
        {uploading.isPending ? t.uploading : file ? t.change : t.choose}
      </Button>
    </div>
  );
}
