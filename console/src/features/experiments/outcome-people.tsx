import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { useState } from "react";
import { doersQuery } from "@/api/experiments";
import type { Experiment, ExperimentOutcomeResult } from "@/api/types";
import { CustomerTable } from "@/shared/customers/customer-table";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { experimentsTexts } from "./experiments-texts";
import styles from "./experiments.module.css";

interface OutcomePeopleProps {
  outcome: ExperimentOutcomeResult;
  /** Its place among the outcomes. */
  place: number;
  experiment: Experiment;
}

function Doers({ id, place, arm, label }: { id: number; place: number; arm: string; label: string }) {
  return <CustomerTable label={label} list={useInfiniteQuery(doersQuery(id, place, arm))} />;
}

/** Of how many customers of each arm an outcome came so far, each number leading to them. */
export function OutcomePeople({ outcome, place, experiment }: OutcomePeopleProps) {
  const t = useTexts(experimentsTexts);
  const n = useNumberFormat();
  const may = useMay();
  const [arm, setArm] = useState<string | null>(null);
  const titleOf = (key: string) =>
    `${outcome.name} · ${experiment.definition.arms.find((each) => each.key === key)?.name ?? key}`;
  return (
    <>
      <dl className={styles.units} aria-label={t.did(outcome.name)}>
        {experiment.definition.arms.map(({ key, name }) => {
          const count = outcome.did[key] ?? 0;
          return (
            <div key={key}>
              <dt>{t.didOf(name)}</dt>
              <dd>
                {count > 0 && may(rights.readCustomers) ? (
                  <Button
                    type="link"
                    className={styles.counted ?? ""}
                    aria-label={t.seeWho(titleOf(key), n.whole(count))}
                    onClick={() => setArm(key)}
                  >
                    {n.whole(count)}
                  </Button>
                ) : (
                  n.whole(count)
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      <Drawer
        open={arm !== null}
        onClose={() => setArm(null)}
        title={arm && titleOf(arm)}
        size={640}
        destroyOnHidden
      >
        {arm && <Doers id={experiment.experiment_id} place={place} arm={arm} label={titleOf(arm)} />}
      </Drawer>
    </>
  );
}
