import {
  ClockCircleOutlined,
  CopyOutlined,
  ExperimentOutlined,
  HeartOutlined,
  WechatWorkOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactNode } from "react";
import { Link, Navigate, useNavigate, useSearchParams } from "react-router";
import { doctorQuery } from "@/api/doctor";
import { sessionQuery } from "@/api/session";
import { setupQuery } from "@/api/setup";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { copyText } from "@/shared/ui/copy-text";
import { Entrance } from "@/shared/ui/entrance";
import { ErrorState } from "@/shared/ui/error-state";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { AdminForm } from "./admin-form";
import { setupTexts } from "./setup-texts";
import styles from "./setup.module.css";

const DEMO_COMMAND = "./siyu demo";
/** The steps after the first, as they stand in the address: whoever leaves comes back to where they were. */
const CHECK = "check";
const STEPS = ["admin", "connect", CHECK] as const;

interface WayProps {
  icon: ReactNode;
  name: string;
  text: string;
  action?: ReactNode;
  children?: ReactNode;
}

function Way({ icon, name, text, action, children }: WayProps) {
  return (
    <li className={styles.way}>
      <span className={styles.wayIcon} aria-hidden="true">
        {icon}
      </span>
      <span className={styles.wayName}>{name}</span>
      <span>{action}</span>
      <span className={styles.wayText}>{text}</span>
      {children}
    </li>
  );
}

function Ways({ onNext }: { onNext: () => void }) {
  const t = useTexts(setupTexts);
  const navigate = useNavigate();
  const notices = useNotices();
  const copy = () => {
    copyText(DEMO_COMMAND).then(() => notices.done(t.copied), notices.failed);
  };
  return (
    <>
      <ul className={styles.ways}>
        <Way
          icon={<WechatWorkOutlined aria-hidden />}
          name={t.wecom}
          text={t.wecomText}
          action={
            <Button type="primary" onClick={() => void navigate("/settings/wecom")}>
              {t.wecomGo}
            </Button>
          }
        />
        <Way
          icon={<ExperimentOutlined aria-hidden />}
          name={t.demo}
          text={t.demoText}
          action={<Button icon={<CopyOutlined aria-hidden />} aria-label={t.copy} onClick={copy} />}
        >
          <code className={styles.command}>{DEMO_COMMAND}</code>
        </Way>
        <Way icon={<ClockCircleOutlined aria-hidden />} name={t.later} text={t.laterText} />
      </ul>
      <div className={styles.actions}>
        <span />
        <Button size="large" onClick={onNext}>
          {t.next}
        </Button>
      </div>
    </>
  );
}

function Check({ onBack }: { onBack: () => void }) {
  const t = useTexts(setupTexts);
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(doctorQuery());
  const well = data?.rows.filter(({ health }) => health === "well").length ?? 0;
  return (
    <>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <div className={styles.findings}>
          <span>
            <HeartOutlined aria-hidden /> {t.findings(well, data.rows.length - well)}
          </span>
          <Link to="/settings/doctor">{t.toDoctor}</Link>
        </div>
      ) : (
        <SkeletonLines lines={2} />
      )}
      <div className={styles.actions}>
        <Button size="large" onClick={onBack}>
          {t.back}
        </Button>
        <Button size="large" type="primary" onClick={() => void navigate("/")}>
          {t.finish}
        </Button>
      </div>
    </>
  );
}

/** First-run set-up: the company and its administrator, then how customers come in, then a look at the whole. */
export function SetupPage() {
  const t = useTexts(setupTexts);
  const session = useQuery(sessionQuery());
  const setup = useQuery(setupQuery());
  const [search, setSearch] = useSearchParams();
  const error = session.error ?? setup.error;
  if (error) return <ErrorState isPage error={error} onRetry={() => void setup.refetch()} />;
  if (!setup.data || session.isPending) return null;
  if (!session.data && !setup.data.is_open) return <Navigate replace to="/login" />;
  if (session.data && !session.data.rights.includes(rights.writeCompany)) return <Navigate replace to="/" />;
  const step = !session.data ? "admin" : search.get("step") === CHECK ? CHECK : "connect";
  const place = STEPS.indexOf(step);
  return (
    <Entrance wide title={t.title[step]} lead={t.lead[step]} promise={t.promise} promiseText={t.promiseText}>
      <ol className={styles.steps} aria-label={t.steps}>
        {STEPS.map((each, index) => (
          <li
            key={each}
            className={index < place ? styles.done : undefined}
            aria-current={each === step ? "step" : undefined}
          >
            {t.step[each]}
          </li>
        ))}
      </ol>
      {step === "admin" ? (
        <AdminForm />
      ) : step === "connect" ? (
        <Ways onNext={() => setSearch({ step: CHECK })} />
      ) : (
        <Check onBack={() => setSearch({})} />
      )}
    </Entrance>
  );
}
