import { EditOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useNavigate, useParams } from "react-router";
import {
  askForSend,
  approveSend,
  cancelSend,
  deleteSend,
  pauseSend,
  refuseSend,
  resumeSend,
  sendQuery,
} from "@/api/sends";
import type { SendRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay, useMayChange } from "@/shared/session/session-context";
import { MadeElsewhere } from "@/shared/ui/made-elsewhere";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { Outlook } from "./outlook";
import { PhonePreview } from "./phone-preview";
import { SendProgress } from "./send-progress";
import { SendStatus } from "./send-status";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";

const OPEN = ["waiting", "planned", "running", "paused"];

function Actions({ send }: { send: SendRow }) {
  const t = useTexts(sendsTexts);
  const may = useMay();
  const mayChange = useMayChange(send);
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const { run, send_id: id } = send;
  const act = useMutation({
    mutationFn: ({ change }: { change: () => Promise<SendRow>; text: string }) => change(),
    onSuccess: async (answer, { text }) => {
      queryClient.setQueryData(["send", answer.send_id], answer);
      notices.done(answer.run?.state === "waiting" ? t.askedWaiting : text);
      await Promise.all(
        [["sends"], ["send-approvals"], ["send-progress", id]].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteSend(id),
    onSuccess: async () => {
      notices.done(t.removed);
      await queryClient.invalidateQueries({ queryKey: ["sends"] });
      await navigate("/sends");
    },
    onError: notices.failed,
  });
  const question = (title: string, content: string, okText: string, onOk: () => Promise<unknown>) =>
    modal.confirm({
      title,
      content,
      okText,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => onOk().catch(() => undefined),
    });
  const start = (change: () => Promise<SendRow>, text: string) => act.mutate({ change, text });
  // A run of which no number is told goes to others' customers: theirs is the word on it.
  const decides = run !== null && run.recipients !== null;
  const publishes = may(rights.publishSends) && decides;
  const isOpen = run !== null && OPEN.includes(run.state);
  return (
    <>
      <MadeElsewhere row={send} right={rights.writeSends} />
      {mayChange(rights.writeSends) && !isOpen && (
        <Button
          danger
          type="text"
          onClick={() =>
            question(t.removeSure(send.name), t.removeText, t.remove, () => remove.mutateAsync())
          }
        >
          {t.remove}
        </Button>
      )}
      {publishes && isOpen && (
        <Button
          danger
          onClick={() =>
            question(t.callBackSure, t.callBackText, t.callBack, () =>
              act.mutateAsync({ change: () => cancelSend(id), text: t.calledBack }),
            )
          }
        >
          {t.callBack}
        </Button>
      )}
      {publishes && (run.state === "running" || run.state === "planned") && (
        <Button loading={act.isPending} onClick={() => start(() => pauseSend(id), t.paused)}>
          {t.pause}
        </Button>
      )}
      {publishes && run.state === "paused" && (
        <Button loading={act.isPending} onClick={() => start(() => resumeSend(id), t.resumed)}>
          {t.resume}
        </Button>
      )}
      {mayChange(rights.writeSends) && (
        <Button icon={<EditOutlined aria-hidden />} onClick={() => void navigate(`/sends/${id}/edit`)}>
          {t.edit}
        </Button>
      )}
      {may(rights.approveSends) && decides && run.state === "waiting" && (
        <>
          <Button loading={act.isPending} onClick={() => start(() => refuseSend(id, run.version), t.refused)}>
            {t.refuse}
          </Button>
          <Button
            type="primary"
            loading={act.isPending}
            onClick={() => start(() => approveSend(id, run.version), t.approved)}
          >
            {t.approve}
          </Button>
        </>
      )}
      {mayChange(rights.publishSends) && send.is_draft && (!isOpen || run.state === "waiting") && (
        <Button type="primary" loading={act.isPending} onClick={() => start(() => askForSend(id), t.asked)}>
          {t.ask}
        </Button>
      )}
    </>
  );
}

function Lead({ send }: { send: SendRow }) {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const { run } = send;
  const people = run?.people ?? run?.recipients ?? undefined;
  return (
    <div className={styles.lead}>
      <SendStatus send={send} />
      {run && (
        <>
          {people !== undefined && <span>{t.people(n.whole(people))}</span>}
          <span>
            {time.full(run.starts_at)} –{" "}
            {time.day(run.starts_at) === time.day(run.ends_at)
              ? time.clock(run.ends_at)
              : time.full(run.ends_at)}
          </span>
          <span>{t.askedBy(run.asked_by)}</span>
          {run.decided_by && run.state !== "cancelled" && <span>{t.decidedBy(run.decided_by)}</span>}
        </>
      )}
      {run && send.is_draft && <span>{t.waits}</span>}
    </div>
  );
}

/** One send: what it says, how far it is. */
export function SendPage() {
  const t = useTexts(sendsTexts);
  const may = useMay();
  const sendId = Number(useParams().sendId);
  const { data: send, error, refetch } = useQuery(sendQuery(sendId));
  if (error && !send) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  const isAhead = send && (send.run === null || send.run.state === "waiting");
  return (
    <Page
      title={send?.name ?? t.title}
      back={{ to: "/sends", label: t.title }}
      lead={send && <Lead send={send} />}
      actions={send && <Actions send={send} />}
    >
      {send ? (
        <div className={styles.columns}>
          <div className={styles.stack}>
            {isAhead && may(rights.writeSends) && <Outlook definition={send.definition} />}
            {send.run && <SendProgress send={send} />}
          </div>
          <Panel title={t.preview}>
            <PhonePreview content={send.definition.content} />
          </Panel>
        </div>
      ) : (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      )}
    </Page>
  );
}
