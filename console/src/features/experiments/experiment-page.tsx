import { EditOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useNavigate, useParams } from "react-router";
import { actOnExperiment, deleteExperiment, experimentQuery, type ExperimentAct } from "@/api/experiments";
import type { Experiment } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { useWordList } from "@/shared/i18n/use-word-list";
import { rights } from "@/shared/session/rights";
import { useMayChange } from "@/shared/session/session-context";
import { MadeElsewhere } from "@/shared/ui/made-elsewhere";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { Skeleton } from "@/shared/ui/skeleton";
import { SubjectLink } from "@/shared/ui/subject-link";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { DecisionsPanel } from "./decisions-panel";
import { ExperimentStatus } from "./experiment-status";
import { experimentsTexts } from "./experiments-texts";
import { ResultsPanels } from "./results-panel";
import styles from "./experiments.module.css";

function Actions({ experiment }: { experiment: Experiment }) {
  const t = useTexts(experimentsTexts);
  const listed = useWordList();
  const may = useMayChange(experiment);
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const id = experiment.experiment_id;
  const users = listed(experiment.used_by.map(({ name }) => name));
  const endQuestion = users ? `${t.endQuestion}${t.endUsed(users)}` : t.endQuestion;
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["experiments"] });
  const act = useMutation({
    mutationFn: (what: ExperimentAct) => actOnExperiment(id, what),
    onSuccess: async (answer, what) => {
      queryClient.setQueryData(["experiment", id], answer);
      notices.done(what === "begin" && experiment.status === "live" ? t.inForce : t.done[what]);
      await refresh();
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteExperiment(id),
    onSuccess: async () => {
      notices.done(t.deleted);
      await refresh();
      await navigate("/experiments");
    },
    onError: notices.failed,
  });
  const ask = (title: string, content: string, onOk: () => void, danger = false) =>
    modal.confirm({ title, content, okText: title, cancelText: t.cancel, okButtonProps: { danger }, onOk });
  return (
    <>
      <MadeElsewhere row={experiment} right={rights.writeExperiments} />
      {may(rights.writeExperiments) && (
        <Button icon={<EditOutlined aria-hidden />} onClick={() => void navigate(`/experiments/${id}/edit`)}>
          {t.edit}
        </Button>
      )}
      {may(rights.publishExperiments) && experiment.status === "draft" && (
        <>
          <Button
            danger
            type="text"
            loading={remove.isPending}
            onClick={() => ask(t.delete, t.deleteQuestion, () => remove.mutate(), true)}
          >
            {t.delete}
          </Button>
          <Button
            type="primary"
            loading={act.isPending}
            onClick={() => ask(t.begin, t.beginQuestion, () => act.mutate("begin"))}
          >
            {t.begin}
          </Button>
        </>
      )}
      {may(rights.publishExperiments) && experiment.status === "live" && (
        <Button loading={act.isPending} onClick={() => ask(t.end, endQuestion, () => act.mutate("end"))}>
          {t.end}
        </Button>
      )}
      {may(rights.publishExperiments) && experiment.status === "stopped" && (
        <Button loading={act.isPending} onClick={() => act.mutate("resume")}>
          {t.resume}
        </Button>
      )}
      {may(rights.publishExperiments) && experiment.status === "live" && experiment.draft_definition && (
        <Button type="primary" loading={act.isPending} onClick={() => act.mutate("begin")}>
          {t.putInForce}
        </Button>
      )}
    </>
  );
}

function About({ experiment }: { experiment: Experiment }) {
  const t = useTexts(experimentsTexts);
  const n = useNumberFormat();
  const { definition } = experiment;
  const weights = definition.arms.reduce((sum, arm) => sum + arm.weight, 0);
  const share = definition.share / 100;
  return (
    <Panel title={t.about}>
      <dl className={styles.about}>
        {definition.arms.map((arm) => (
          <div key={arm.key}>
            <dt>
              {arm.name} <code>{arm.key}</code>
            </dt>
            <dd>{n.share((arm.weight / weights) * share)}</dd>
          </div>
        ))}
        <div>
          <dt>{t.looks}</dt>
          <dd>{t.looksOf[definition.looks]}</dd>
        </div>
        <div>
          <dt>{t.days}</dt>
          <dd>{definition.days}</dd>
        </div>
      </dl>
    </Panel>
  );
}

/** Where it decides. */
function UsedBy({ experiment }: { experiment: Experiment }) {
  const t = useTexts(experimentsTexts);
  return (
    <Panel title={t.usedBy}>
      {experiment.used_by.length === 0 && <p className={styles.quiet}>{t.notUsed}</p>}
      <ul className={styles.users} hidden={experiment.used_by.length === 0}>
        {experiment.used_by.map(({ definition_id: id, kind, name }) => (
          <li key={id}>
            <SubjectLink kind={kind} id={id}>
              {name}
            </SubjectLink>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function How({ experiment }: { experiment: Experiment }) {
  const t = useTexts(experimentsTexts);
  const call = `POST /api/experiments/${experiment.experiment_id}/arms\n{"identity": ["user_id", "10086"]}`;
  return (
    <Panel title={t.how}>
      <p className={styles.quiet}>{t.howText}</p>
      <pre className={styles.code}>{call}</pre>
    </Panel>
  );
}

/** One experiment: what it shows, what was decided, how it is set up. */
export function ExperimentPage() {
  const t = useTexts(experimentsTexts);
  const experimentId = Number(useParams().experimentId);
  const { data: experiment, error, refetch } = useQuery(experimentQuery(experimentId));
  if (error && !experiment) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={experiment?.name ?? t.title}
      back={{ to: "/experiments", label: t.title }}
      lead={
        experiment && (
          <div className={styles.lead}>
            <ExperimentStatus status={experiment.status} />
            <span>{experiment.definition.hypothesis}</span>
            <span className={styles.quiet}>
              <When at={experiment.updated_at} />
            </span>
          </div>
        )
      }
      actions={experiment && <Actions experiment={experiment} />}
    >
      {!experiment ? (
        <Skeleton height={240} />
      ) : (
        <div className={styles.columns}>
          <div className={styles.stack}>
            {experiment.status === "draft" ? (
              <How experiment={experiment} />
            ) : (
              <ResultsPanels experiment={experiment} />
            )}
          </div>
          <div className={styles.stack}>
            <About experiment={experiment} />
            <UsedBy experiment={experiment} />
            <DecisionsPanel experiment={experiment} />
            {experiment.status !== "draft" && <How experiment={experiment} />}
          </div>
        </div>
      )}
    </Page>
  );
}
