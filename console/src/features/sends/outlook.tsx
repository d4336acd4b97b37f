import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { definitionFault } from "@/api/definition-fault";
import { sendPreviewPeopleQuery, sendPreviewQuery } from "@/api/sends";
import type { SendDefinition, SendPreview } from "@/api/types";
import { PeopleDrawer } from "@/shared/customers/people-drawer";
import { useCurrency } from "@/shared/format/use-currency";
import { useNumberFormat } from "@/shared/format/number-format";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { useVocabulary } from "@/shared/i18n/vocabulary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { Reasons, useReason } from "./reasons";
import { missingIn } from "./send-parts";
import { sendsTexts } from "./sends-texts";
import styles from "./sends.module.css";

function Numbers({ found }: { found: SendPreview }) {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const currency = useCurrency();
  return (
    <dl className={styles.numbers}>
      <div>
        <dt>{t.reached}</dt>
        <dd>{n.whole(found.reached)}</dd>
        <dd className={styles.small}>
          {t.ofSegment(n.whole(found.segment))}
          {found.is_estimate && ` · ${t.estimate}`}
        </dd>
      </div>
      <div>
        <dt>{t.minutes}</dt>
        <dd>{t.minutesOf(n.whole(Math.ceil(found.staff_seconds / 60)))}</dd>
        <dd className={styles.small}>
          {t.members} {n.whole(found.members)}
        </dd>
      </div>
      <div>
        <dt>{t.cost}</dt>
        <dd>{n.money(found.cost_fen, currency)}</dd>
      </div>
    </dl>
  );
}

/** What a send would come to if it were sent now: who gets it, who does not and why, what it takes. */
export function Outlook({ definition }: { definition: SendDefinition }) {
  const t = useTexts(sendsTexts);
  const n = useNumberFormat();
  const vocabulary = useVocabulary();
  const say = useReason();
  const may = useMay();
  const { language } = useLanguage();
  const [reason, setReason] = useState<string | null>(null);
  const missing = missingIn(definition).map((field) => t[field]);
  const isReady = missing.length === 0;
  const { data, error } = useQuery({
    ...sendPreviewQuery(definition),
    enabled: isReady,
    placeholderData: keepPreviousData,
  });
  const fault = error instanceof ApiError ? definitionFault(error, language) : null;
  const open = may(rights.readCustomers) ? setReason : undefined;
  return (
    <Panel title={t.outlook} note={error ? (fault?.reason ?? t.outlookBroken) : undefined}>
      {data ? (
        <div className={error ? `${styles.stack} ${styles.stale}` : styles.stack}>
          <Numbers found={data} />
          {data.needs_approval && <p className={styles.notice}>{t.approvalNeeded}</p>}
          {data.is_personal && <p className={styles.notice}>{t.personalNote}</p>}
          {data.channels.length > 1 && (
            <p className={styles.quiet}>
              {t.byChannel}
              {data.channels
                .map((each) => `${vocabulary.say("channels", each.key)} ${n.whole(each.count)}`)
                .join(" · ")}
            </p>
          )}
          <h3 className={styles.part}>{t.notReached}</h3>
          {data.reasons.length ? (
            <Reasons label={t.notReached} rows={data.reasons} onOpen={open} />
          ) : (
            <p className={styles.quiet}>{t.everybody}</p>
          )}
        </div>
      ) : isReady && !error ? (
        <SkeletonLines lines={5} />
      ) : (
        !error && <p className={styles.quiet}>{t.stillMissing(missing)}</p>
      )}
      <PeopleDrawer
        shown={
          reason === null ? null : { title: say(reason), query: sendPreviewPeopleQuery(definition, reason) }
        }
        onClose={() => setReason(null)}
      />
    </Panel>
  );
}
