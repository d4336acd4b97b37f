import { CopyOutlined, DownloadOutlined, EditOutlined, ExportOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useNavigate, useParams } from "react-router";
import { codeQr, codeQuery, deleteCode, publishCode, switchCode } from "@/api/codes";
import type { CodeRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { CodeNumbers } from "./code-numbers";
import { CodeStatus } from "./code-status";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

function Actions({ code }: { code: CodeRow }) {
  const t = useTexts(codesTexts);
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: ({ change }: { change: (id: number) => Promise<CodeRow>; text: string }) =>
      change(code.code_id),
    onSuccess: async (answer, { text }) => {
      queryClient.setQueryData(["code", answer.code_id], answer);
      notices.done(text);
      await queryClient.invalidateQueries({ queryKey: ["codes"] });
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteCode(code.code_id),
    onSuccess: async () => {
      notices.done(t.removed);
      await queryClient.invalidateQueries({ queryKey: ["codes"] });
      await navigate("/codes");
    },
    onError: notices.failed,
  });
  const ask = () =>
    modal.confirm({
      title: t.removeSure(code.name),
      content: t.removeText,
      okText: t.remove,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => remove.mutateAsync().catch(() => undefined),
    });
  const run = (change: (id: number) => Promise<CodeRow>, text: string) => act.mutate({ change, text });
  const publishes = may(rights.publishCodes);
  return (
    <>
      {may(rights.writeCodes) && code.adds.ever === 0 && (publishes || code.status === "draft") && (
        <Button danger type="text" onClick={ask}>
          {t.remove}
        </Button>
      )}
      {publishes && code.status === "live" && (
        <Button loading={act.isPending} onClick={() => run((id) => switchCode(id, false), t.stopped)}>
          {t.stop}
        </Button>
      )}
      {publishes && code.status === "stopped" && (
        <Button loading={act.isPending} onClick={() => run((id) => switchCode(id, true), t.resumed)}>
          {t.resume}
        </Button>
      )}
      {may(rights.writeCodes) && (
        <Button icon={<EditOutlined />} onClick={() => void navigate(`/codes/${code.code_id}/edit`)}>
          {t.edit}
        </Button>
      )}
      {publishes && code.draft_definition && (
        <Button type="primary" loading={act.isPending} onClick={() => run(publishCode, t.published)}>
          {code.status === "draft" ? t.publish : t.publishChanges}
        </Button>
      )}
    </>
  );
}

function Share({ code }: { code: CodeRow }) {
  const t = useTexts(codesTexts);
  const notices = useNotices();
  if (code.version === null)
    return (
      <Panel title={t.share}>
        <p className={styles.quiet}>{t.shareDraft}</p>
      </Panel>
    );
  const copy = () =>
    void navigator.clipboard.writeText(code.url).then(() => notices.done(t.copied), notices.failed);
  return (
    <Panel title={t.share} note={t.shareNote}>
      <div className={styles.stack}>
        <img className={styles.qr} src={codeQr(code.code_id, "svg")} alt={t.qr} width={180} height={180} />
        <div className={styles.row}>
          {(["png", "svg"] as const).map((picture) => (
            <Button
              key={picture}
              size="small"
              icon={<DownloadOutlined />}
              href={codeQr(code.code_id, picture)}
              download={`code-${code.code_id}.${picture}`}
            >
              {picture.toUpperCase()}
            </Button>
          ))}
          <Button size="small" icon={<CopyOutlined />} onClick={copy}>
            {t.copy}
          </Button>
          <Button size="small" icon={<ExportOutlined />} href={code.url} target="_blank" rel="noreferrer">
            {t.open}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

/** One code: its picture, and what it brought. */
export function CodePage() {
  const t = useTexts(codesTexts);
  const codeId = Number(useParams().codeId);
  const { data: code, error, refetch } = useQuery(codeQuery(codeId));
  if (error && !code) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={code?.name ?? t.title}
      back={{ to: "/codes", label: t.title }}
      lead={
        code && (
          <div className={styles.lead}>
            <CodeStatus code={code} />
            {code.version !== null && <span>{t.version(code.version)}</span>}
            {code.version !== null && code.draft_definition && <span>{t.waits}</span>}
            <When at={code.updated_at} />
          </div>
        )
      }
      actions={code && <Actions code={code} />}
    >
      {code ? (
        <div className={styles.columns}>
          <div className={styles.stack}>
            <CodeNumbers code={code} />
          </div>
          <Share code={code} />
        </div>
      ) : (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      )}
    </Page>
  );
}
