import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "@/api/client";
import { definitionFault } from "@/api/definition-fault";
import { askForSend, saveSend, sendPreviewQuery } from "@/api/sends";
import type { SendDefinition, SendRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useDebounced } from "@/shared/ui/use-debounced";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import { Outlook } from "./outlook";
import { PhonePreview } from "./phone-preview";
import { missingIn } from "./send-parts";
import { SendMessage } from "./send-message";
import { SendRecipients } from "./send-recipients";
import { SendWhen } from "./send-when";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";
import { usePersonas } from "./use-personas";

const EDIT_PAUSE_MS = 600;

interface Edit {
  name: string;
  definition: SendDefinition;
}

function useStore(send: SendRow | null, onStored: () => void, onRefused: (error: Error) => void) {
  const t = useTexts(sendsTexts);
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  // As it was when it was opened, whatever a colleague saves meanwhile: theirs must not be written over unseen. And once
  // created, while this page still shows a new one: pressing again must not create another.
  const kept = useRef(send);
  return useMutation({
    mutationFn: async ({ edit, asks }: { edit: Edit; asks: boolean }) => {
      const known = kept.current;
      const saved = await saveSend(known?.send_id ?? null, {
        name: edit.name.trim(),
        definition: edit.definition,
        revision: known?.revision ?? null,
      });
      kept.current = saved;
      return asks ? askForSend(saved.send_id) : saved;
    },
    onSuccess: async (answer, { asks }) => {
      onStored();
      queryClient.setQueryData(["send", answer.send_id], answer);
      notices.done(asks ? (answer.run?.state === "waiting" ? t.askedWaiting : t.asked) : t.saved);
      await queryClient.invalidateQueries({ queryKey: ["sends"] });
      await navigate(`/sends/${answer.send_id}`, { replace: send === null });
    },
    onError: (error) => {
      onRefused(error);
      notices.failed(error);
    },
  });
}

interface SendEditorProps {
  send: SendRow | null;
  name: string;
  definition: SendDefinition;
}

/** A send in the hand; beside it the phone, and what it would come to. */
export function SendEditor({ send, name, definition }: SendEditorProps) {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const { language } = useLanguage();
  const { modal } = App.useApp();
  const may = useMay();
  const queryClient = useQueryClient();
  const [edit, setEdit] = useState<Edit>(() => ({ name, definition }));
  const [stored] = useState(edit);
  const [refused, setRefused] = useState<{ of: Edit; error: Error } | null>(null);
  const guard = useLeaveGuard(edit !== stored);
  const store = useStore(send, guard.release, (error) => setRefused({ of: edit, error }));
  const rested = useDebounced(edit.definition, EDIT_PAUSE_MS);
  const error = refused?.of === edit ? refused.error : null;
  const fault = error instanceof ApiError ? definitionFault(error, language) : null;
  const set = (changed: Partial<SendDefinition>) =>
    setEdit((before) => ({ ...before, definition: { ...before.definition, ...changed } }));
  const { content, persona_id: personaId } = edit.definition;
  const missing = missingIn(edit.definition).map((field) => t[field]);
  const { speaker } = usePersonas(personaId);
  if (edit.name.trim() === "") missing.unshift(t.name);
  const isReady = missing.length === 0;
  const ask = () => {
    const known = queryClient.getQueryData(sendPreviewQuery(edit.definition).queryKey);
    modal.confirm({
      title: known ? t.askSure(n.whole(known.reached)) : t.ask,
      content: t.askText,
      okText: t.ask,
      cancelText: t.cancel,
      onOk: () => store.mutateAsync({ edit, asks: true }).catch(() => undefined),
    });
  };
  const parts = { send: edit.definition, fault, onChange: set };
  return (
    <Page
      title={edit.name || t.newName}
      back={send ? { to: `/sends/${send.send_id}`, label: send.name } : { to: "/sends", label: t.title }}
      actions={
        <>
          {!isReady && <span className={styles.quiet}>{t.stillMissing(missing)}</span>}
          <Button
            disabled={!isReady}
            loading={store.isPending}
            onClick={() => store.mutate({ edit, asks: false })}
          >
            {t.save}
          </Button>
          {may(rights.publishSends) && (
            <Button type="primary" disabled={!isReady || store.isPending} onClick={ask}>
              {t.ask}
            </Button>
          )}
        </>
      }
    >
      {guard.question}
      <div className={styles.editor}>
        <div className={styles.stack}>
          <SendMessage
            {...parts}
            name={edit.name}
            onName={(next) => setEdit((before) => ({ ...before, name: next }))}
          />
          <SendRecipients {...parts} />
          <SendWhen {...parts} />
          {fault && (
            <p role="alert" className={styles.fault}>
              {fault.reason}
            </p>
          )}
        </div>
        <div className={`${styles.stack} ${styles.sticky}`}>
          <Panel title={t.preview}>
            <PhonePreview content={content} speaker={speaker?.name} />
          </Panel>
          <Outlook definition={rested} />
        </div>
      </div>
    </Page>
  );
}
