import type { ServerChannel } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { channelsTexts } from "./channels-texts";
import styles from "./channels-page.module.css";

/** A channel that the settings of the installation make. */
export function ServerCard({ server }: { server: ServerChannel }) {
  const t = useTexts(channelsTexts);
  return (
    <Panel
      title={t.servers[server.name]}
      note={t.aboutServers[server.name]}
      extra={<StatusTag tone={server.is_on ? "brand" : "quiet"}>{server.is_on ? t.isOn : t.isOff}</StatusTag>}
    >
      {server.is_on ? (
        <dl className={styles.facts}>
          <div>
            <dt>{t.address}</dt>
            <dd>{server.address}</dd>
          </div>
          {server.callback_url && (
            <div className={styles.wide}>
              <dt>{t.callbackUrl}</dt>
              <dd>
                <code>{server.callback_url}</code>
              </dd>
              <dd className={styles.quiet}>{t.callbackNote}</dd>
            </div>
          )}
        </dl>
      ) : (
        <p className={styles.quiet}>{t.none}</p>
      )}
    </Panel>
  );
}
