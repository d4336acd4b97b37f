import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Select, Switch } from "antd";
import { useState } from "react";
import { createHook, saveHook } from "@/api/hooks";
import type { HookDraft, HookEndpoint } from "@/api/types";
import { vocabularyQuery } from "@/api/vocabulary";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { hooksTexts } from "./hooks-texts";
import styles from "./hooks-page.module.css";

interface EndpointFormProps {
  endpoint: HookEndpoint | null;
  /** The secret of one that was made. */
  onSecret: (secret: string) => void;
  onClose: () => void;
}

/** Where calls go, and which events it is told of. */
export function EndpointForm({ endpoint, onSecret, onClose }: EndpointFormProps) {
  const t = useTexts(hooksTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const words = useVocabulary();
  const { data: vocabulary } = useQuery({ ...vocabularyQuery(), enabled: may(rights.readSegments) });
  const [draft, setDraft] = useState<HookDraft>({
    name: endpoint?.name ?? "",
    url: endpoint?.url ?? "",
    events: endpoint?.events ?? [],
    tells_who: endpoint?.tells_who ?? false,
    is_enabled: endpoint?.is_enabled ?? true,
  });
  const [tried, setTried] = useState(false);
  const set = (changed: Partial<HookDraft>) => setDraft({ ...draft, ...changed });
  const save = useMutation({
    mutationFn: async () => {
      if (endpoint) {
        await saveHook(endpoint.endpoint_id, draft);
        return null;
      }
      return (await createHook(draft)).secret;
    },
    onSuccess: async (secret) => {
      await queryClient.invalidateQueries({ queryKey: ["hooks"] });
      onClose();
      if (secret) onSecret(secret);
      else notices.done(t.saved);
    },
    onError: notices.failed,
  });
  const submit = () => {
    setTried(true);
    if (draft.name.trim() && draft.url.trim()) save.mutate();
  };
  // What is followed and has not happened yet is called by its word, too.
  const events = [
    ...new Set([
      ...(vocabulary?.events ?? []).map(({ name }) => name),
      ...draft.events.map((each) => each.event),
    ]),
  ];
  const chooseEvents = (names: string[]) =>
    set({
      events: names.map(
        (name) => draft.events.find((each) => each.event === name) ?? { event: name.trim(), where: [] },
      ),
    });
  return (
    <Modal
      open
      title={endpoint ? t.edit : t.create}
      okText={t.save}
      cancelText={t.cancel}
      confirmLoading={save.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <div className={styles.form}>
        <Field label={t.name} note={t.nameNote} error={tried && !draft.name.trim() ? t.needed : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={60}
              value={draft.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.url} note={t.urlNote} error={tried && !draft.url.trim() ? t.needed : null}>
          {(control) => (
            <Input
              {...control}
              maxLength={2000}
              placeholder="https://"
              value={draft.url}
              onChange={(event) => set({ url: event.target.value })}
            />
          )}
        </Field>
        <Field label={t.events} note={t.eventsNote}>
          {(control) => (
            <Select
              {...control}
              mode="tags"
              maxCount={20}
              value={draft.events.map((each) => each.event)}
              onChange={chooseEvents}
              options={events.map((name) => ({ value: name, label: words.say("events", name) }))}
              showSearch={{ optionFilterProp: "label" }}
            />
          )}
        </Field>
        <label className={styles.line}>
          <Switch checked={draft.tells_who} onChange={(tells_who) => set({ tells_who })} />
          {t.tellsWho}
        </label>
        {endpoint && (
          <label className={styles.line}>
            <Switch checked={draft.is_enabled} onChange={(is_enabled) => set({ is_enabled })} />
            {t.isEnabled}
          </label>
        )}
      </div>
    </Modal>
  );
}
