import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { channelsQuery } from "@/api/channels";
import type { ChannelConnection, Channels, ConnectionKind } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { channelsTexts } from "./channels-texts";
import { ConnectionCard } from "./connection-card";
import { ConnectionForm } from "./connection-form";
import { ServerCard } from "./server-card";
import styles from "./channels-page.module.css";

const KINDS = ["official_account", "miniprogram", "sms", "aicall"] as const;

interface Editing {
  kind: ConnectionKind;
  connection: ChannelConnection | null;
}

/** Where messages go out by: one sheet a channel, each with what is connected to it. */
export function ChannelsPage() {
  const t = useTexts(channelsTexts);
  const { data, error, refetch } = useQuery(channelsQuery());
  return (
    <>
      <p className={styles.lead}>{t.lead}</p>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Panel>
          <SkeletonLines lines={6} />
        </Panel>
      ) : (
        <Sheets channels={data} />
      )}
    </>
  );
}

function Sheets({ channels }: { channels: Channels }) {
  const t = useTexts(channelsTexts);
  const may = useMay();
  const [editing, setEditing] = useState<Editing | null>(null);
  return (
    <div className={styles.stack}>
      {KINDS.map((kind) => {
        const connections = channels.connections.filter((each) => each.kind === kind);
        return (
          <Panel
            key={kind}
            title={t.kinds[kind]}
            note={t.about[kind]}
            extra={
              may(rights.writeChannels) && (
                <Button size="small" onClick={() => setEditing({ kind, connection: null })}>
                  {connections.length > 0 ? t.another : t.connect}
                </Button>
              )
            }
          >
            {connections.length === 0 ? (
              <p className={styles.quiet}>{t.none}</p>
            ) : (
              <div className={styles.cards}>
                {connections.map((each) => (
                  <ConnectionCard
                    key={each.account}
                    connection={each}
                    onEdit={() => setEditing({ kind, connection: each })}
                  />
                ))}
              </div>
            )}
          </Panel>
        );
      })}
      {channels.servers.map((each) => (
        <ServerCard key={each.name} server={each} />
      ))}
      {editing && (
        <ConnectionForm
          kind={editing.kind}
          connection={editing.connection}
          rules={channels.rules.filter((each) => each.kind === editing.kind)}
          onClose={() => setEditing(null)}
        />
      )}
    </div>
  );
}
