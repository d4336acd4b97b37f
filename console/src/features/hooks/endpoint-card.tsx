import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { useState } from "react";
import { deleteHook, renewHookSecret, tryHook } from "@/api/hooks";
import type { HookEndpoint } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { CallList } from "./call-list";
import { hooksTexts } from "./hooks-texts";
import { toldOf } from "./told";
import styles from "./hooks-page.module.css";

interface EndpointCardProps {
  endpoint: HookEndpoint;
  onEdit: () => void;
  onSecret: (secret: string) => void;
}

/** One endpoint: how it fares, and its calls. */
export function EndpointCard({ endpoint, onEdit, onSecret }: EndpointCardProps) {
  const t = useTexts(hooksTexts);
  const n = useNumberFormat();
  const listed = useWordList();
  const vocabulary = useVocabulary();
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const { numbers } = endpoint;
  const again = () => queryClient.invalidateQueries({ queryKey: ["hooks"] });
  const attempt = useMutation({
    mutationFn: () => tryHook(endpoint.endpoint_id),
    onSuccess: async () => {
      notices.done(t.tried);
      setOpen(true);
      await queryClient.invalidateQueries({ queryKey: ["hook-calls"] });
      await again();
    },
    onError: notices.failed,
  });
  const renew = useMutation({
    mutationFn: () => renewHookSecret(endpoint.endpoint_id),
    onSuccess: ({ secret }) => onSecret(secret),
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteHook(endpoint.endpoint_id),
    onSuccess: async () => {
      notices.done(t.removed);
      await again();
    },
    onError: notices.failed,
  });
  const events = listed(endpoint.events.map((each) => vocabulary.say("events", each.event)));
  return (
    <Panel
      title={endpoint.name}
      note={<span className={styles.url}>{endpoint.url}</span>}
      extra={<State endpoint={endpoint} />}
    >
      <div className={styles.body}>
        <p className={styles.quiet}>{events ? t.subscribed(events) : t.journeysOnly}</p>
        <dl className={styles.facts}>
          <div>
            <dt>{t.waiting}</dt>
            <dd>{n.whole(numbers.waiting)}</dd>
          </div>
          <div>
            <dt>{t.taken}</dt>
            <dd>{n.whole(numbers.taken)}</dd>
          </div>
          <div>
            <dt>{t.failed}</dt>
            <dd>{n.whole(numbers.failed)}</dd>
          </div>
          <div>
            <dt>{t.last}</dt>
            <dd>
              <When at={numbers.last_at} />{" "}
              {numbers.last_told && <span className={styles.quiet}>{toldOf(numbers.last_told)}</span>}
            </dd>
          </div>
        </dl>
        <div className={styles.actions}>
          <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? t.hideCalls : t.calls}
          </Button>
          {may(rights.writeHooks) && (
            <>
              <Button size="small" loading={attempt.isPending} onClick={() => attempt.mutate()}>
                {t.try}
              </Button>
              <Button size="small" onClick={onEdit}>
                {t.edit}
              </Button>
              <Popconfirm
                title={t.renewAsk}
                okText={t.renew}
                cancelText={t.cancel}
                onConfirm={() => renew.mutate()}
              >
                <Button size="small" type="text">
                  {t.renew}
                </Button>
              </Popconfirm>
              <Popconfirm
                title={t.removeAsk}
                okText={t.remove}
                cancelText={t.cancel}
                onConfirm={() => remove.mutate()}
              >
                <Button size="small" type="text" danger>
                  {t.remove}
                </Button>
              </Popconfirm>
            </>
          )}
        </div>
        {isOpen && <CallList endpoint={endpoint} />}
      </div>
    </Panel>
  );
}

function State({ endpoint }: { endpoint: HookEndpoint }) {
  const t = useTexts(hooksTexts);
  const n = useNumberFormat();
  if (!endpoint.is_enabled) return <StatusTag tone="quiet">{t.off}</StatusTag>;
  if (endpoint.paused_until) return <StatusTag tone="danger">{t.paused}</StatusTag>;
  if (endpoint.failures > 0)
    return <StatusTag tone="amber">{t.failing(n.whole(endpoint.failures))}</StatusTag>;
  return <StatusTag tone="brand">{t.on}</StatusTag>;
}
