import { DownloadOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { takeFile, type FileFormat, type FileWish } from "@/api/files";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useNotices } from "@/shared/ui/use-notices";
import { fileTexts } from "./file-texts";

const FORMATS: readonly FileFormat[] = ["csv", "xlsx", "parquet"];

interface FileButtonProps {
  wish: FileWish;
  disabled?: boolean;
  /** Of which thing, where a page has several. */
  label?: string;
  bare?: boolean;
}

/** Takes an answer away as a file. */
export function FileButton({ wish, disabled = false, label, bare = false }: FileButtonProps) {
  const t = useTexts(fileTexts);
  const { language } = useLanguage();
  const notices = useNotices();
  const take = useMutation({
    mutationFn: (format: FileFormat) => takeFile(wish, format, language),
    onSuccess: ({ blob, name }) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    },
    onError: notices.failed,
  });
  const name = label ? `${t.take} · ${label}` : t.take;
  return (
    <Dropdown
      trigger={["click"]}
      disabled={disabled}
      menu={{
        items: FORMATS.map((format) => ({ key: format, label: t.formats[format] })),
        onClick: ({ key }) => take.mutate(key as FileFormat),
      }}
    >
      <Button
        size="small"
        type={bare ? "text" : "default"}
        icon={<DownloadOutlined aria-hidden />}
        loading={take.isPending}
        aria-label={name}
      >
        {bare ? null : t.take}
      </Button>
    </Dropdown>
  );
}
