import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useNavigate } from "react-router";
import { deleteImport, startImport, tryImport } from "@/api/imports";
import type { ImportPlan, ImportRow, ImportTrial } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { useNotices } from "@/shared/ui/use-notices";
import { faultOf } from "./import-fault";
import { importsTexts } from "./imports-texts";
import { Notice } from "./notice";
import styles from "./imports.module.css";

function TrialResult({ trial }: { trial: ImportTrial }) {
  const t = useTexts(importsTexts).trial;
  const n = useNumberFormat();
  const { language } = useLanguage();
  const rows = n.whole(trial.rows);
  const whole = trial.is_whole ? t.whole : "";
  return (
    <div>
      <Notice tone={trial.refused === 0 ? "good" : "warning"}>
        {trial.refused === 0 ? t.allGood(rows) : t.some(n.whole(trial.refused), rows)}
        {whole}
      </Notice>
      {trial.reasons.length > 0 && (
        <ul className={styles.reasons}>
          {trial.reasons.map((each) => (
            <li key={`${each.code}:${each.column}`} className={styles.reason}>
              <span>{language === "zh" ? each.reason_zh : each.reason}</span>
              <span className={styles.quiet}>{t.reason(n.whole(each.count), n.whole(each.line))}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface StartPanelProps {
  row: ImportRow;
  plan: ImportPlan | null;
}

/** The last look before it begins: a trial that stores nothing; then the start. */
export function StartPanel({ row, plan }: StartPanelProps) {
  const t = useTexts(importsTexts);
  const { modal } = App.useApp();
  const notices = useNotices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const failed = (error: Error) => {
    const fault = faultOf(error, t.faults);
    notices.failed(fault ? new Error(fault) : error);
  };
  const trial = useMutation({
    mutationFn: (tried: ImportPlan) => tryImport(row.import_id, tried),
    onError: failed,
  });
  const start = useMutation({
    mutationFn: (started: ImportPlan) => startImport(row.import_id, started),
    onSuccess: (started) => {
      queryClient.setQueryData(["import", row.import_id], started);
      void queryClient.invalidateQueries({ queryKey: ["imports"] });
    },
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteImport(row.import_id),
    onSuccess: async () => {
      notices.done(t.trial.deleted);
      await queryClient.invalidateQueries({ queryKey: ["imports"] });
      await navigate("/imports");
    },
    onError: failed,
  });
  const askToRemove = () =>
    modal.confirm({
      title: t.trial.notNow,
      content: t.trial.deleteQuestion,
      okText: t.trial.notNow,
      okButtonProps: { danger: true },
      cancelText: t.trial.cancel,
      onOk: () => remove.mutate(),
    });
  // A trial of other columns says nothing of these.
  const tried = trial.data && trial.variables === plan ? trial.data : null;
  return (
    <Panel>
      <div className={styles.stack}>
        <div className={styles.bar}>
          <Button
            type="primary"
            disabled={!plan}
            loading={start.isPending}
            onClick={() => plan && start.mutate(plan)}
          >
            {row.state === "uploaded" ? t.trial.start : t.trial.again}
          </Button>
          <Button disabled={!plan} loading={trial.isPending} onClick={() => plan && trial.mutate(plan)}>
            {t.trial.run}
          </Button>
          <span className={styles.barNote}>{plan ? t.trial.note : t.trial.missing}</span>
          <Button type="text" danger loading={remove.isPending} onClick={askToRemove}>
            {t.trial.notNow}
          </Button>
        </div>
        {tried && <TrialResult trial={tried} />}
      </div>
    </Panel>
  );
}
