import { InboxOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Progress, Segmented, Upload } from "antd";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { uploadListed, type ListMode } from "@/api/lists";
import type { ListChanged } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { listsTexts } from "./lists-texts";
import styles from "./lists.module.css";

const MODES: readonly ListMode[] = ["add", "replace", "remove"];
const FIGURES = ["rows", "found", "unknown", "doubled", "added", "removed"] as const;

type Faults = (typeof listsTexts)["zh"]["faults"];

/** What is wrong with a file, in words for whoever made it; undefined where the error is of another kind. */
function faultOf(error: Error | null, faults: Faults): string | undefined {
  const why = error instanceof ApiError ? error.fields.why : undefined;
  return typeof why === "string" && why in faults ? faults[why as keyof Faults] : undefined;
}

function Result({ changed }: { changed: ListChanged }) {
  const t = useTexts(listsTexts);
  const n = useNumberFormat();
  const vocabulary = useVocabulary();
  return (
    <div className={styles.result} role="status">
      <dl className={styles.figures}>
        {FIGURES.map((key) => (
          <div key={key}>
            <dt>{t.figures[key]}</dt>
            <dd>{n.whole(changed[key])}</dd>
          </div>
        ))}
      </dl>
      {changed.column && changed.identity_kind && (
        <p className={styles.quiet}>
          {t.readAs(changed.column, vocabulary.say("identities", changed.identity_kind))}
        </p>
      )}
      {changed.unknown > 0 && <p className={styles.quiet}>{t.unknownNote}</p>}
    </div>
  );
}

/** Where a file is dropped that adds to a list, replaces it, or takes from it; and what came of it. */
export function UploadPanel({ listId }: { listId: number }) {
  const t = useTexts(listsTexts);
  const n = useNumberFormat();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const [mode, setMode] = useState<ListMode>("add");
  const [share, setShare] = useState(0);
  const upload = useMutation({
    mutationFn: (file: File) => uploadListed(listId, file, mode, setShare),
    onSuccess: async () => {
      notices.done(t.done);
      await queryClient.invalidateQueries({ queryKey: ["lists"] });
      await queryClient.invalidateQueries({ queryKey: ["list", listId] });
    },
    onError: (error) => {
      if (!faultOf(error, t.faults)) notices.failed(error);
    },
  });
  const fault = faultOf(upload.error, t.faults);
  const send = (file: File) => {
    setShare(0);
    if (mode !== "replace") upload.mutate(file);
    else
      modal.confirm({
        title: t.modes.replace,
        content: t.replaceQuestion,
        okText: t.modes.replace,
        okButtonProps: { danger: true },
        cancelText: t.cancel,
        onOk: () => upload.mutate(file),
      });
  };
  return (
    <Panel title={t.upload}>
      <div className={styles.upload}>
        <Segmented<ListMode>
          aria-label={t.mode}
          value={mode}
          onChange={setMode}
          options={MODES.map((value) => ({ value, label: t.modes[value] }))}
        />
        <Upload.Dragger
          showUploadList={false}
          disabled={upload.isPending}
          accept=".csv,.txt,.tsv,.xlsx"
          beforeUpload={(file) => {
            send(file);
            return false;
          }}
        >
          <span className={styles.dropIcon} aria-hidden="true">
            <InboxOutlined aria-hidden />
          </span>
          <p className={styles.dropTitle}>{upload.isPending ? t.uploading(n.share(share)) : t.drop}</p>
          {upload.isPending ? (
            <Progress
              percent={Math.round(share * 100)}
              showInfo={false}
              strokeColor="var(--brand)"
              aria-label={t.uploading("")}
            />
          ) : (
            <p className={styles.quiet}>{t.dropNote}</p>
          )}
        </Upload.Dragger>
        {fault && (
          <p className={styles.fault} role="alert">
            {fault}
          </p>
        )}
        {upload.data && <Result changed={upload.data} />}
      </div>
    </Panel>
  );
}
