import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber, Radio, Select, Switch } from "antd";
import { useId, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { createJourney, publishJourney, saveJourney } from "@/api/journeys";
import type { Experiment, Journey, JourneyDraft, SegmentRow } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Field } from "@/shared/ui/field";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import { EditContext } from "./edit-context";
import {
  contentOf,
  faultsOf,
  refusalFaults,
  toDraft,
  toEdit,
  type EditJourney,
  type Faults,
} from "./journey-draft";
import { journeysTexts } from "./journeys-texts";
import { StepList } from "./step-list";
import styles from "./journey-editor.module.css";

interface StoreOptions {
  journey: Journey | null;
  onStored: () => void;
  onRefused: (error: Error) => void;
}

/** Saving, and saving with publishing; both end on the journey's page. */
function useStore({ journey, onStored, onRefused }: StoreOptions) {
  const t = useTexts(journeysTexts);
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  // Created, but this page still shows a new one: pressing again must not create another.
  const created = useRef<number | null>(null);
  return useMutation({
    mutationFn: async ({ draft, publish }: { draft: JourneyDraft; publish: boolean }) => {
      const known = journey?.journey_id ?? created.current;
      const stored = known ? await saveJourney(known, draft) : await createJourney(draft);
      created.current = stored.journey_id;
      if (!publish) return { answer: stored, refusal: null };
      try {
        return { answer: await publishJourney(stored.journey_id), refusal: null };
      } catch (refusal) {
        // The draft is stored all the same: a second try must not make a second journey.
        return { answer: stored, refusal: refusal as Error };
      }
    },
    onSuccess: async ({ answer, refusal }, { publish }) => {
      onStored();
      queryClient.setQueryData(["journey", answer.journey_id], answer);
      if (refusal) notices.failed(refusal);
      else notices.done(publish ? t.published : t.saved);
      await queryClient.invalidateQueries({ queryKey: ["journeys"] });
      await navigate(`/journeys/${answer.journey_id}`, { replace: !journey });
    },
    onError: (error) => {
      onRefused(error);
      notices.failed(error);
    },
  });
}

interface RulesProps {
  edit: EditJourney;
  set: (part: Partial<EditJourney>) => void;
}

function Rules({ edit, set }: RulesProps) {
  const t = useTexts(journeysTexts);
  const id = useId();
  return (
    <Panel title={t.rules}>
      <div className={styles.rules}>
        <div role="group" aria-labelledby={`${id}-entry`} className={styles.rule}>
          <span id={`${id}-entry`} className={styles.ruleName}>
            {t.reEntry}
          </span>
          <Radio.Group
            vertical
            value={edit.reEntry}
            onChange={(event) => set({ reEntry: event.target.value as EditJourney["reEntry"] })}
            options={(["never", "after_exit"] as const).map((value) => ({
              value,
              label: t.reEntries[value],
            }))}
          />
        </div>
        <div className={styles.switch}>
          <Switch
            id={`${id}-members`}
            checked={edit.includeMembers}
            onChange={(includeMembers) => set({ includeMembers })}
          />
          <label htmlFor={`${id}-members`}>{t.includeMembersLabel}</label>
        </div>
        <div className={styles.switch}>
          <Switch
            id={`${id}-exit`}
            checked={edit.exitOnLeave}
            onChange={(exitOnLeave) => set({ exitOnLeave })}
          />
          <label htmlFor={`${id}-exit`}>{t.exitOnLeaveLabel}</label>
        </div>
        <Field label={t.holdOutLabel} note={t.holdOutNote}>
          {(control) => (
            <InputNumber<number>
              {...control}
              min={0}
              max={50}
              precision={0}
              value={edit.holdOut}
              onChange={(holdOut) => holdOut !== null && set({ holdOut })}
            />
          )}
        </Field>
      </div>
    </Panel>
  );
}

interface JourneyEditorProps {
  journey: Journey | null;
  segments: readonly SegmentRow[];
  attributes: readonly string[];
  experiments: readonly Experiment[];
}

export function JourneyEditor({ journey, segments, attributes, experiments }: JourneyEditorProps) {
  const t = useTexts(journeysTexts);
  const { language } = useLanguage();
  const may = useMay();
  const [edit, setEdit] = useState(() => toEdit(journey, t.newName));
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<Faults>({});
  const [initial] = useState(() => contentOf(edit));
  const guard = useLeaveGuard(contentOf(edit) !== initial);
  const store = useStore({
    journey,
    onStored: guard.release,
    onRefused: (error) => setRefused(refusalFaults(error, edit, language)),
  });
  const own = faultsOf(edit, t);
  const faults: Faults = tried ? { ...refused, ...own } : refused;

  const set = (part: Partial<EditJourney>) => {
    setRefused({});
    setEdit((before) => ({ ...before, ...part }));
  };
  const submit = (publish: boolean) => {
    setTried(true);
    const draft = toDraft(edit);
    if (draft && Object.keys(own).length === 0) store.mutate({ draft, publish });
  };
  const pending = (publish: boolean) => store.isPending && store.variables.publish === publish;
  // One that stopped since it was chosen still shows its name.
  const choices = segments.filter(({ status, segment_id: id }) => status === "live" || id === edit.segmentId);

  return (
    <Page
      title={edit.name || t.newName}
      back={
        journey
          ? { to: `/journeys/${journey.journey_id}`, label: journey.name }
          : { to: "/journeys", label: t.title }
      }
      heading={<h1 className={styles.heading}>{journey ? `${t.edit} · ${journey.name}` : t.create}</h1>}
      actions={
        <>
          <Button loading={pending(false)} onClick={() => submit(false)}>
            {t.save}
          </Button>
          {may(rights.publishJourneys) && (
            <Button type="primary" loading={pending(true)} onClick={() => submit(true)}>
              {t.publish}
            </Button>
          )}
        </>
      }
    >
      {guard.question}
      <div className={styles.columns}>
        <div className={styles.stack}>
          <Panel>
            <div className={styles.basics}>
              <Field label={t.nameLabel} error={faults.name}>
                {(control) => (
                  <Input
                    {...control}
                    maxLength={120}
                    value={edit.name}
                    onChange={(event) => set({ name: event.target.value })}
                  />
                )}
              </Field>
              <Field
                label={t.triggerLabel}
                error={faults.segment}
                note={choices.length === 0 && t.noLiveSegments}
              >
                {(control) => (
                  <Select
                    {...control}
                    aria-label={t.triggerLabel}
                    showSearch={{ optionFilterProp: "label" }}
                    placeholder={t.chooseSegment}
                    value={edit.segmentId ?? undefined}
                    onChange={(segmentId) => set({ segmentId })}
                    options={choices.map((segment) => ({ value: segment.segment_id, label: segment.name }))}
                  />
                )}
              </Field>
            </div>
          </Panel>
          <EditContext value={{ attributes, experiments, faults }}>
            <StepList steps={edit.steps} onChange={(steps) => set({ steps })} />
          </EditContext>
          {faults.steps && (
            <p role="alert" className={styles.fault}>
              {faults.steps}
            </p>
          )}
        </div>
        <Rules edit={edit} set={set} />
      </div>
    </Page>
  );
}
