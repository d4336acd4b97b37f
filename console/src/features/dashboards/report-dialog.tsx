import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Modal, Select, Switch } from "antd";
import { useState } from "react";
import { createReport, saveReport } from "@/api/dashboards";
import type { Report, ReportDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { useNotices } from "@/shared/ui/use-notices";
import { dashboardSource, questionSource } from "@/api/sources";
import { StaffPicks } from "@/shared/staff/staff-pick";
import { PickOne } from "@/shared/ui/picker";
import { TextField } from "@/shared/ui/text-field";
import { dashboardsTexts } from "./dashboards-texts";
import styles from "./dashboards.module.css";

type Way = "mail" | "wecom";

interface Draft {
  name: string;
  kind: "dashboard" | "question";
  thing: number | null;
  when: "day" | "week" | "month";
  at: string;
  weekday: number;
  day: number;
  to: number[];
  by: Way;
  language: "zh" | "en";
  isActive: boolean;
}

function draftOf(row: Report | null, ways: readonly Way[]): Draft {
  const report = row?.report;
  const of = report?.of;
  return {
    name: row?.name ?? "",
    kind: of?.kind ?? "dashboard",
    thing: of ? (of.kind === "dashboard" ? of.dashboard_id : of.question_id) : null,
    when: report?.when.kind ?? "day",
    at: report?.when.at ?? "09:00",
    weekday: report?.when.kind === "week" ? report.when.weekday : 1,
    day: report?.when.kind === "month" ? report.when.day : 1,
    to: [...(report?.to ?? [])],
    by: report?.by ?? ways[0] ?? "mail",
    language: report?.language ?? "zh",
    isActive: report?.is_active ?? true,
  };
}

function reportOf(draft: Draft): ReportDefinition | null {
  const { kind, thing, when, at, weekday, day, to, by, language, isActive } = draft;
  if (thing === null || to.length === 0 || !at) return null;
  return {
    of: kind === "dashboard" ? { kind, dashboard_id: thing } : { kind, question_id: thing },
    when:
      when === "week"
        ? { kind: when, at, weekday }
        : when === "month"
          ? { kind: when, at, day }
          : { kind: when, at },
    to,
    by,
    language,
    is_active: isActive,
  };
}

interface ReportDialogProps {
  report: Report | null;
  /** By which it can go. */
  ways: readonly Way[];
  onClose: () => void;
}

/** Says what goes out, when, to whom and by which way. */
export function ReportDialog({ report, ways, onClose }: ReportDialogProps) {
  const words = useTexts(dashboardsTexts);
  const { reports: t } = words;
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(report, ways));
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const made = reportOf(draft);
  const save = useMutation({
    mutationFn: (definition: ReportDefinition) =>
      report
        ? saveReport(report.report_id, { name: draft.name, report: definition, revision: report.revision })
        : createReport({ name: draft.name, report: definition }),
    onSuccess: async () => {
      notices.done(t.saved);
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["reports"] });
    },
    onError: notices.failed,
  });
  return (
    <Modal
      open
      title={report ? t.edit : t.create}
      okText={words.save}
      cancelText={words.cancel}
      okButtonProps={{ disabled: !made || !draft.name.trim(), loading: save.isPending }}
      onOk={() => made && save.mutate(made)}
      onCancel={onClose}
    >
      <div className={styles.fields}>
        <TextField label={words.name} max={120} value={draft.name} onChange={(name) => change({ name })} />
        <div className={styles.pair}>
          <Field label={t.of}>
            {(control) => (
              <Select<Draft["kind"]>
                {...control}
                value={draft.kind}
                onChange={(kind) => change({ kind, thing: null })}
                options={(["dashboard", "question"] as const).map((value) => ({
                  value,
                  label: t.ofKinds[value],
                }))}
              />
            )}
          </Field>
          <Field label={t.ofKinds[draft.kind]}>
            {(control) =>
              draft.kind === "dashboard" ? (
                <PickOne
                  source={dashboardSource}
                  control={control}
                  value={draft.thing}
                  onChange={(thing) => change({ thing })}
                />
              ) : (
                <PickOne
                  source={questionSource}
                  control={control}
                  value={draft.thing}
                  onChange={(thing) => change({ thing })}
                />
              )
            }
          </Field>
        </div>
        <div className={styles.pair}>
          <Field label={t.when}>
            {(control) => (
              <Select<Draft["when"]>
                {...control}
                value={draft.when}
                onChange={(when) => change({ when })}
                options={(["day", "week", "month"] as const).map((value) => ({
                  value,
                  label: t.whens[value],
                }))}
              />
            )}
          </Field>
          {draft.when === "week" && (
            <Field label={t.weekday}>
              {(control) => (
                <Select<number>
                  {...control}
                  value={draft.weekday}
                  onChange={(weekday) => change({ weekday })}
                  options={Object.entries(t.weekdays).map(([value, label]) => ({
                    value: Number(value),
                    label,
                  }))}
                />
              )}
            </Field>
          )}
          {draft.when === "month" && (
            <Field label={t.day}>
              {(control) => (
                <Select<number>
                  {...control}
                  value={draft.day}
                  onChange={(day) => change({ day })}
                  options={Array.from({ length: 31 }, (_, n) => ({ value: n + 1, label: String(n + 1) }))}
                />
              )}
            </Field>
          )}
          <Field label={t.at}>
            {(control) => (
              <Input
                {...control}
                type="time"
                value={draft.at}
                onChange={({ target }) => change({ at: target.value })}
              />
            )}
          </Field>
        </div>
        <Field label={t.to}>
          {(control) => (
            <StaffPicks
              control={control}
              names={report?.names}
              value={draft.to}
              onChange={(to) => change({ to })}
            />
          )}
        </Field>
        <Field label={t.by} note={draft.by === "wecom" ? t.byWecom : undefined}>
          {(control) => (
            <Select<Way>
              {...control}
              value={draft.by}
              onChange={(by) => change({ by })}
              options={(["mail", "wecom"] as const).map((value) => ({
                value,
                label: t.ways[value],
                disabled: !ways.includes(value) && value !== draft.by,
              }))}
            />
          )}
        </Field>
        <div className={styles.pair}>
          <Field label={t.language}>
            {(control) => (
              <Select<Draft["language"]>
                {...control}
                value={draft.language}
                onChange={(language) => change({ language })}
                options={(["zh", "en"] as const).map((value) => ({ value, label: t.languages[value] }))}
              />
            )}
          </Field>
          <Field label={t.isActive}>
            {({ id }) => (
              <Switch
                id={id}
                checked={draft.isActive}
                onChange={(isActive) => change({ isActive })}
                style={{ justifySelf: "start" }}
              />
            )}
          </Field>
        </div>
      </div>
    </Modal>
  );
}
