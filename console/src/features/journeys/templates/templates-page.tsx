import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select, Tag } from "antd";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";
import { journeyTemplatesQuery, takeTemplate, type JourneyTemplate } from "@/api/journey-improving";
import { reachRulesQuery } from "@/api/reach";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { ErrorState } from "@/shared/ui/error-state";
import { Field } from "@/shared/ui/field";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { segmentSource } from "@/api/sources";
import { PickOne } from "@/shared/ui/picker";
import { SopView } from "../sop/sop-view";
import { templatesTexts } from "./templates-texts";
import styles from "./templates.module.css";

function Take({ template }: { template: JourneyTemplate }) {
  const t = useTexts(templatesTexts);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const notices = useNotices();
  const vocabulary = useVocabulary();
  const queryClient = useQueryClient();
  const asks = new Set(template.asks);
  const [name, setName] = useState(template.name);
  const [segmentId, setSegmentId] = useState<number | null>(null);
  const [channel, setChannel] = useState("wecom");
  const [isTried, setTried] = useState(false);
  const channels = useQuery({ ...reachRulesQuery(), enabled: asks.has("channel") });
  const make = useMutation({
    mutationFn: () =>
      takeTemplate(template.key, { name: name.trim(), language, segment_id: segmentId, channel }),
    onSuccess: async ({ journey_id }) => {
      notices.done(t.made);
      await queryClient.invalidateQueries({ queryKey: ["journeys"] });
      void navigate(`/journeys/${journey_id}/edit`);
    },
    onError: notices.failed,
  });
  const isMissing = asks.has("segment_id") && segmentId === null;
  const names = [...new Set(["wecom", ...(channels.data?.channels.map((each) => each.name) ?? [])])];
  return (
    <form
      className={styles.take}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!isMissing && name.trim()) make.mutate();
      }}
    >
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
      {asks.has("segment_id") && (
        <Field label={t.segment} error={isTried && isMissing ? t.segmentNeeded : null}>
          {(control) => (
            <PickOne
              source={segmentSource}
              control={control}
              fits={(row) => row.status === "live"}
              value={segmentId}
              onChange={setSegmentId}
            />
          )}
        </Field>
      )}
      {asks.has("channel") && (
        <Field label={t.channel}>
          {(control) => (
            <Select<string>
              {...control}
              value={channel}
              options={names.map((each) => ({ value: each, label: vocabulary.say("channels", each) }))}
              onChange={setChannel}
            />
          )}
        </Field>
      )}
      <Button type="primary" htmlType="submit" loading={make.isPending}>
        {t.make}
      </Button>
    </form>
  );
}

/** Journeys to begin with: chosen by their goal, looked at day by day, made one's own. */
export function JourneyTemplatesPage() {
  const t = useTexts(templatesTexts);
  const { language } = useLanguage();
  const [key, setKey] = useState<string | null>(null);
  const right = useRef<HTMLDivElement>(null);
  const { data: templates, error, refetch } = useQuery(journeyTemplatesQuery(language));
  const back = { to: "/journeys", label: t.journeys };
  if (error && !templates) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  const chosen = templates?.find((each) => each.key === key) ?? templates?.[0];
  return (
    <Page title={t.title} lead={t.lead} back={back}>
      {!templates || !chosen ? (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      ) : (
        <div className={styles.columns}>
          <nav aria-label={t.kinds} className={styles.list}>
            {templates.map((each) => (
              <button
                key={each.key}
                type="button"
                aria-pressed={each.key === chosen.key}
                className={each.key === chosen.key ? `${styles.item} ${styles.chosen}` : styles.item}
                onClick={() => {
                  setKey(each.key);
                  // On a phone what was chosen stands below the list.
                  if (window.matchMedia("(max-width: 900px)").matches) right.current?.scrollIntoView();
                }}
              >
                <span className={styles.head}>
                  <b>{each.name}</b>
                  <Tag>{t.subjects[each.subject]}</Tag>
                </span>
                <span className={styles.about}>{each.about}</span>
                <span className={styles.faint}>{t.days(each.days)}</span>
              </button>
            ))}
          </nav>
          <div ref={right} className={styles.right}>
            <Panel title={chosen.name} note={t.goalOf(chosen.goal)}>
              <Take key={chosen.key} template={chosen} />
            </Panel>
            <Panel title={t.preview}>
              <SopView document={{ ...chosen.definition, goal_text: "" }} />
            </Panel>
          </div>
        </div>
      )}
    </Page>
  );
}
