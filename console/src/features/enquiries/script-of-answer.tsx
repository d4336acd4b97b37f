import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { scriptListQuery } from "@/api/content";
import { ENQUIRIES, makeScript } from "@/api/enquiries";
import type { Enquiry, ScriptRow, ScriptStage } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { TYPING_PAUSE_MS, useDebounced } from "@/shared/ui/use-debounced";
import { useNotices } from "@/shared/ui/use-notices";
import { STAGES } from "@/shared/materials/script-stages";
import styles from "./enquiries.module.css";
import { enquiriesTexts } from "./enquiries-texts";

const NEW = 0;
function Form({ row, onDone }: { row: Enquiry; onDone: () => void }) {
  const t = useTexts(enquiriesTexts);
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [words, setWords] = useState("");
  const q = useDebounced(words, TYPING_PAUSE_MS);
  const { data } = useInfiniteQuery(scriptListQuery({ q }));
  const [into, setInto] = useState<ScriptRow | null>(null);
  const [name, setName] = useState(row.subject.slice(0, 120));
  const [stage, setStage] = useState<ScriptStage>("objection");
  const [text, setText] = useState(row.answer.slice(0, 2000));
  const found = data?.pages[0]?.rows ?? [];
  const making = useMutation({
    mutationFn: makeScript,
    onSuccess: async () => {
      notices.done(t.scriptDone);
      onDone();
      await Promise.all(
        [ENQUIRIES, "scripts"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
      );
    },
    onError: notices.failed,
  });
  const choose = (scriptId: number) => {
    const script = found.find((each) => each.script_id === scriptId) ?? null;
    setInto(script);
    setName(script?.name ?? row.subject.slice(0, 120));
    if (script) setStage((script.draft_definition ?? script.definition).stage);
  };
  const submit = (isPublished: boolean) => {
    const before = into?.draft_definition ?? into?.definition;
    making.mutate({
      enquiryId: row.enquiry_id,
      script: {
        script_id: into?.script_id ?? null,
        name: name.trim(),
        definition: {
          folder: "",
          keywords: [],
          material_ids: [],
          note: "",
          ...before,
          stage,
          text: text.trim(),
        },
        revision: into?.revision ?? null,
        is_published: isPublished,
      },
    });
  };
  const isReady = name.trim() !== "" && text.trim() !== "";
  return (
    <div className={styles.form}>
      <Field label={t.which}>
        {(control) => (
          <Select
            {...control}
            style={{ width: "100%" }}
            value={into?.script_id ?? NEW}
            showSearch={{ filterOption: false, onSearch: setWords }}
            options={[
              { value: NEW, label: t.newScript },
              ...found.map((each) => ({ value: each.script_id, label: each.name })),
            ]}
            onChange={choose}
          />
        )}
      </Field>
      <div className={styles.pair}>
        <Field label={t.name}>
          {(control) => (
            <Input
              {...control}
              maxLength={120}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={t.stage}>
          {(control) => (
            <Select
              {...control}
              style={{ width: "100%" }}
              value={stage}
              onChange={setStage}
              options={STAGES.map((each) => ({ value: each, label: t.stages[each] }))}
            />
          )}
        </Field>
      </div>
      <Field label={t.text}>
        {(control) => (
          <Input.TextArea
            {...control}
            autoSize={{ minRows: 3, maxRows: 12 }}
            maxLength={2000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className={styles.actions}>
        {may(rights.publishScripts) && (
          <Button type="primary" disabled={!isReady} loading={making.isPending} onClick={() => submit(true)}>
            {t.publish}
          </Button>
        )}
        <Button disabled={!isReady || making.isPending} onClick={() => submit(false)}>
          {t.saveDraft}
        </Button>
        <Button type="text" onClick={onDone}>
          {t.cancel}
        </Button>
      </div>
    </div>
  );
}

/** An answer becomes a script, or the next version of one. */
export function ScriptOfAnswer({ row }: { row: Enquiry }) {
  const t = useTexts(enquiriesTexts);
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={styles.part} aria-label={t.toScript}>
      <h2 className={styles.heading}>{t.toScript}</h2>
      {row.made_script && <p className={styles.text}>{t.scripted(row.made_script)}</p>}
      {isOpen ? (
        <Form row={row} onDone={() => setOpen(false)} />
      ) : (
        <>
          <p className={styles.quiet}>{t.toScriptNote}</p>
          <div className={styles.actions}>
            <Button onClick={() => setOpen(true)}>{t.toScript}</Button>
          </div>
        </>
      )}
    </section>
  );
}
