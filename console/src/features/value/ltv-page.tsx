import { FundOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { computeLtv, ltvQuery } from "@/api/ltv";
import type { Ltv, LtvFit } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { LtvLookBack } from "./ltv-look-back";
import { LtvMatrix } from "./ltv-matrix";
import { MostValued, Shares } from "./ltv-tables";
import { ltvTexts } from "./ltv-texts";
import styles from "./ltv.module.css";
import value from "./value.module.css";

/** Beyond this counts and amounts do go together. */
const CORRELATED = 0.3;

function Compute() {
  const t = useTexts(ltvTexts);
  const may = useMay();
  const notices = useNotices();
  const compute = useMutation({
    mutationFn: computeLtv,
    onSuccess: () => notices.done(t.computing),
    onError: notices.failed,
  });
  if (!may(rights.publishSegments)) return null;
  return (
    <Button loading={compute.isPending} onClick={() => compute.mutate()}>
      {t.compute}
    </Button>
  );
}

function Figures({ fit }: { fit: LtvFit }) {
  const t = useTexts(ltvTexts);
  const n = useNumberFormat();
  const money = (fen: number) => n.moneyShort(fen, fit.currency);
  return (
    <dl className={styles.figures} aria-label={t.figures}>
      <div>
        <dt>{t.buyers}</dt>
        <dd>{n.whole(fit.buyers)}</dd>
        <dd className={value.quiet}>{t.repeat(n.share(fit.repeat_buyers / fit.buyers))}</dd>
      </div>
      <div>
        <dt>{t.alive}</dt>
        <dd>{n.whole(fit.alive)}</dd>
        <dd className={value.quiet}>{t.aliveNote(n.share(fit.alive / fit.buyers))}</dd>
      </div>
      <div>
        <dt>{t.orders}</dt>
        <dd>{t.times(n.whole(fit.expected_orders))}</dd>
      </div>
      <div>
        <dt>{t.value}</dt>
        <dd>{fit.expected_value_fen === null ? "—" : money(fit.expected_value_fen)}</dd>
        {fit.expected_value_fen !== null && (
          <dd className={value.quiet}>
            {t.valueNote(n.money(fit.expected_value_fen / fit.buyers, fit.currency))}
          </dd>
        )}
      </div>
    </dl>
  );
}

function Parameters({ fit }: { fit: LtvFit }) {
  const t = useTexts(ltvTexts);
  const n = useNumberFormat();
  const { buying, spending } = fit;
  const rows: [string, string][] = [
    ["r", buying.r.toFixed(3)],
    ["α", buying.alpha.toFixed(3)],
    ["a", buying.a.toFixed(3)],
    ["b", buying.b.toFixed(3)],
    [t.likelihood, n.whole(buying.log_likelihood)],
  ];
  if (spending)
    rows.push(
      ["p", spending.p.toFixed(2)],
      ["q", spending.q.toFixed(2)],
      ["γ", (spending.gamma / 100).toFixed(2)],
    );
  if (fit.correlation !== null) rows.push([t.correlation, fit.correlation.toFixed(2)]);
  const edge = [...buying.at_edge, ...(spending?.at_edge ?? [])];
  const isCorrelated = fit.correlation !== null && Math.abs(fit.correlation) > CORRELATED;
  return (
    <Panel title={t.parameters} note={t.parametersNote}>
      <dl className={styles.parameters}>
        {rows.map(([name, figure]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{figure}</dd>
          </div>
        ))}
      </dl>
      {edge.length > 0 && <p className={value.quiet}>{t.edge(edge.join(", "))}</p>}
      {isCorrelated && <p className={value.quiet}>{t.correlated}</p>}
      {fit.spending_trouble && <p className={value.quiet}>{t.spending[fit.spending_trouble]}</p>}
    </Panel>
  );
}

function Estimated({ ltv, fit }: { ltv: Ltv; fit: LtvFit }) {
  const t = useTexts(ltvTexts);
  const { language } = useLanguage();
  const vocabulary = useVocabulary();
  const may = useMay();
  return (
    <div className={value.stack}>
      <Figures fit={fit} />
      <LtvMatrix ltv={ltv} fit={fit} />
      <LtvLookBack back={fit.look_back} />
      {may(rights.readCustomers) && <MostValued rows={ltv.most_valued} currency={fit.currency} />}
      <div className={styles.halves}>
        {ltv.by_cell.length > 0 && (
          <Shares title={t.byCell} by={t.cell} say={(row) => row[language]} rows={ltv.by_cell} fit={fit} />
        )}
        <Shares
          title={t.byEntry}
          by={t.entry}
          say={({ key }) => key && vocabulary.say("channels", key.replace(/^intake:/, ""))}
          rows={ltv.by_entry}
          fit={fit}
        />
      </div>
      <Parameters fit={fit} />
    </div>
  );
}

/** Who will buy again, how often and for how much; and whether to trust it. */
export function LtvPage() {
  const t = useTexts(ltvTexts);
  const n = useNumberFormat();
  const { data, error, refetch } = useQuery(ltvQuery());
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <Panel>
        <SkeletonLines lines={8} />
      </Panel>
    );
  const trouble = data.trouble && <Alert type="warning" showIcon title={t.troubles[data.trouble]} />;
  if (!data.fit || !data.as_of)
    return (
      <Panel>
        <EmptyState
          icon={<FundOutlined aria-hidden />}
          title={t.none}
          text={data.trouble ? t.troubles[data.trouble] : t.noneText}
          action={<Compute />}
        />
      </Panel>
    );
  const [before, after] = t.asOf("\u0000", n.whole(data.fit.buyers)).split("\u0000");
  return (
    <>
      <div className={value.toolbar}>
        <span className={value.quiet}>
          {before}
          <When at={data.as_of} />
          {after}
        </span>
        <Compute />
      </div>
      {trouble}
      <Estimated ltv={data} fit={data.fit} />
    </>
  );
}
