import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "@/api/client";
import { codeListQuery } from "@/api/codes";
import { savePersona } from "@/api/personas";
import type { PersonaDraft, PersonaLimits, PersonaRow } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import { TypedWords } from "@/shared/ui/typed-words";
import { personasTexts } from "./personas-texts";
import styles from "./personas.module.css";

const LIMITS: PersonaLimits = {
  new_days: 30,
  new_daily_adds: 30,
  daily_adds: 100,
  deletions_percent: 20,
  deletions_least: 20,
  weekly_complaints: 3,
};
const LIMIT_NAMES = Object.keys(LIMITS) as (keyof PersonaLimits)[];
const LINE_MAX = 40;
const TEXT_MAX = 2000;

interface PartProps {
  draft: PersonaDraft;
  fieldOf: (name: string) => string | null;
  onChange: (changed: Partial<PersonaDraft>) => void;
}

function Basics({ draft, fieldOf, onChange }: PartProps) {
  const t = useTexts(personasTexts);
  const words = (key: "stages" | "dressing", label: string, note: string) => (
    <Field label={label} note={note} error={fieldOf(key)}>
      {(control) => (
        <TypedWords {...control} value={draft[key]} onChange={(next) => onChange({ [key]: next })} />
      )}
    </Field>
  );
  const text = (key: "tone" | "welcome", label: string, note?: string) => (
    <Field label={label} note={note} error={fieldOf(key)}>
      {(control) => (
        <Input.TextArea
          {...control}
          autoSize={{ minRows: 2, maxRows: 10 }}
          maxLength={TEXT_MAX}
          value={draft[key]}
          onChange={(event) => onChange({ [key]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Panel title={t.about}>
      <div className={styles.stack}>
        <div className={styles.pair}>
          <Field label={t.name} note={t.nameNote} error={fieldOf("name")}>
            {(control) => (
              <Input
                {...control}
                maxLength={LINE_MAX}
                value={draft.name}
                onChange={(event) => onChange({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label={t.role} error={fieldOf("role")}>
            {(control) => (
              <Input
                {...control}
                maxLength={LINE_MAX}
                placeholder={t.rolePlaceholder}
                value={draft.role}
                onChange={(event) => onChange({ role: event.target.value })}
              />
            )}
          </Field>
        </div>
        {words("stages", t.stages, t.stagesNote)}
        {text("tone", t.tone, t.toneNote)}
        {text("welcome", t.welcome)}
        {words("dressing", t.dressing, t.dressingNote)}
        <CodeChoice draft={draft} fieldOf={fieldOf} onChange={onChange} />
      </div>
    </Panel>
  );
}

function CodeChoice({ draft, fieldOf, onChange }: PartProps) {
  const t = useTexts(personasTexts);
  const may = useMay();
  const codes = useInfiniteQuery({ ...codeListQuery(), enabled: may(rights.readCodes) });
  const options = (codes.data?.pages.flatMap((page) => page.rows) ?? []).map((each) => ({
    value: each.code_id,
    label: each.name,
  }));
  return (
    <Field label={t.code} note={t.codeNote} error={fieldOf("code_id")}>
      {(control) => (
        <Select<number>
          {...control}
          value={draft.code_id ?? 0}
          showSearch={{ optionFilterProp: "label" }}
          options={[{ value: 0, label: t.noCode }, ...options]}
          onChange={(next) => onChange({ code_id: next || null })}
        />
      )}
    </Field>
  );
}

function Limits({ draft, fieldOf, onChange }: PartProps) {
  const t = useTexts(personasTexts);
  return (
    <Panel title={t.limits} note={t.limitsNote}>
      <div className={styles.triple}>
        {LIMIT_NAMES.map((name) => (
          <Field key={name} label={t.limit[name]} error={fieldOf(`limits.${name}`)}>
            {(control) => (
              <InputNumber
                {...control}
                min={0}
                max={name === "deletions_percent" ? 100 : 100_000}
                precision={0}
                style={{ width: "100%" }}
                value={draft.limits[name]}
                onChange={(value) => onChange({ limits: { ...draft.limits, [name]: value ?? 0 } })}
              />
            )}
          </Field>
        ))}
      </div>
    </Panel>
  );
}

/** What is said of a persona, in the hand. */
export function PersonaEditor({ persona }: { persona: PersonaRow | null }) {
  const t = useTexts(personasTexts);
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<PersonaDraft>(() => ({
    name: persona?.name ?? "",
    role: persona?.role ?? "",
    tone: persona?.tone ?? "",
    welcome: persona?.welcome ?? "",
    stages: persona?.stages ?? [],
    dressing: persona?.dressing ?? Object.values(t.usual),
    code_id: persona?.code_id ?? null,
    limits: persona?.limits ?? LIMITS,
    revision: persona?.revision ?? null,
  }));
  const [stored] = useState(draft);
  const guard = useLeaveGuard(draft !== stored);
  const save = useMutation({
    mutationFn: () => savePersona(persona?.persona_id ?? null, draft),
    onSuccess: async (answer) => {
      guard.release();
      queryClient.setQueryData(["persona", answer.persona_id], answer);
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["personas"] });
      await navigate(`/personas/${String(answer.persona_id)}`, { replace: persona === null });
    },
    onError: notices.failed,
  });
  const wrong = save.error instanceof ApiError ? save.error : null;
  const fieldOf = (name: string) => (wrong?.fields.field === name ? wrong.message : null);
  const onChange = (changed: Partial<PersonaDraft>) => {
    save.reset();
    setDraft((before) => ({ ...before, ...changed }));
  };
  const parts = { draft, fieldOf, onChange };
  return (
    <Page
      title={draft.name || t.create}
      back={
        persona
          ? { to: `/personas/${String(persona.persona_id)}`, label: persona.name }
          : { to: "/personas", label: t.title }
      }
      actions={
        <Button
          type="primary"
          disabled={draft.name.trim() === ""}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t.save}
        </Button>
      }
    >
      {guard.question}
      <div className={styles.stack}>
        <Basics {...parts} />
        <Limits {...parts} />
      </div>
    </Page>
  );
}
