import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { checkConnection } from "@/api/channels";
import type { ChannelConnection } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { AccountMenu } from "./account-menu";
import { channelsTexts } from "./channels-texts";
import { SceneCodes } from "./scene-codes";
import styles from "./channels-page.module.css";

interface ConnectionCardProps {
  connection: ChannelConnection;
  onEdit: () => void;
}

/** One account or vendor: how it stands, where it calls back, what is wrong. */
export function ConnectionCard({ connection, onEdit }: ConnectionCardProps) {
  const t = useTexts(channelsTexts);
  const { language } = useLanguage();
  const may = useMay();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const check = useMutation({
    mutationFn: () => checkConnection(connection),
    onSuccess: async () => {
      notices.done(t.checked);
      await queryClient.invalidateQueries({ queryKey: ["channels"] });
    },
    onError: notices.failed,
  });
  return (
    <article className={styles.card} aria-label={connection.name}>
      <header className={styles.cardHead}>
        <div>
          <h3 className={styles.cardName}>{connection.name}</h3>
          <p className={styles.quiet}>
            {connection.account} · {t.vendors[connection.vendor] ?? connection.vendor}
          </p>
        </div>
        {may(rights.writeChannels) && (
          <div className={styles.actions}>
            <Button size="small" loading={check.isPending} onClick={() => check.mutate()}>
              {t.check}
            </Button>
            <Button size="small" type="text" onClick={onEdit}>
              {t.edit}
            </Button>
          </div>
        )}
      </header>
      <dl className={styles.facts}>
        <div>
          <dt>{t.state}</dt>
          <dd className={styles.line}>
            {connection.checked_at && <When at={connection.checked_at} none="" />}
            <State connection={connection} />
          </dd>
        </div>
        {connection.followers !== null && (
          <div>
            <dt>{t.followers}</dt>
            <dd>{connection.followers.toLocaleString()}</dd>
          </div>
        )}
        {connection.callback_url && (
          <div className={styles.wide}>
            <dt>{t.callbackUrl}</dt>
            <dd>
              <code>{connection.callback_url}</code>
            </dd>
            <dd className={styles.quiet}>{t.callbackNote}</dd>
          </div>
        )}
      </dl>
      {connection.findings && connection.findings.length > 0 && (
        <ul className={styles.findings}>
          {connection.findings.map((each) => (
            <li key={each.code} className={styles.finding}>
              {language === "zh" ? each.zh : each.en}
              {each.told && <span className={styles.quiet}> ({each.told})</span>}
            </li>
          ))}
        </ul>
      )}
      {connection.kind === "official_account" && (
        <>
          <AccountMenu account={connection.account} name={connection.name} />
          <SceneCodes account={connection.account} />
        </>
      )}
    </article>
  );
}

function State({ connection }: { connection: ChannelConnection }) {
  const t = useTexts(channelsTexts);
  if (!connection.is_enabled) return <StatusTag tone="quiet">{t.off}</StatusTag>;
  if (connection.findings === null) return <StatusTag tone="amber">{t.unchecked}</StatusTag>;
  return connection.findings.length === 0 ? <StatusTag tone="brand">{t.fine}</StatusTag> : null;
}
