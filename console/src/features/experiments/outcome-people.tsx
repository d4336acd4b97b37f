import { doersQuery } from "@/api/experiments";
import type { Experiment, ExperimentOutcomeResult } from "@/api/types";
import { CountedPeople } from "@/shared/customers/counted-people";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { experimentsTexts } from "./experiments-texts";
import styles from "./experiments.module.css";

interface OutcomePeopleProps {
  outcome: ExperimentOutcomeResult;
  /** Its place among the outcomes. */
  place: number;
  experiment: Experiment;
}

/** Of how many customers of each arm an outcome came so far, each number leading to them. */
export function OutcomePeople({ outcome, place, experiment }: OutcomePeopleProps) {
  const t = useTexts(experimentsTexts);
  const n = useNumberFormat();
  return (
    <dl className={styles.units} aria-label={t.did(outcome.name)}>
      {experiment.definition.arms.map(({ key, name }) => {
        const count = outcome.did[key] ?? 0;
        const title = `${outcome.name} · ${name}`;
        return (
          <div key={key}>
            <dt>{t.didOf(name)}</dt>
            <dd>
              <CountedPeople
                count={count}
                title={title}
                query={doersQuery(experiment.experiment_id, place, key)}
              >
                {n.whole(count)}
              </CountedPeople>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
