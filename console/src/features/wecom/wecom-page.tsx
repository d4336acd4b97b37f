import { PlusOutlined, WechatWorkOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { wecomCorpsQuery } from "@/api/contacts";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { CallbacksPanel } from "./callbacks-panel";
import { ConnectionForm } from "./connection-form";
import { ConnectionPanel } from "./connection-panel";
import { SyncPanel } from "./sync-panel";
import { TagRulesPanel } from "./tag-rules-panel";
import { wecomTexts } from "./wecom-texts";
import styles from "./wecom-page.module.css";

export function WecomPage() {
  const t = useTexts(wecomTexts);
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const { data, error, refetch } = useQuery(wecomCorpsQuery());
  const connect = may(rights.writeWecom) && (
    <Button
      type={data?.length ? "default" : "primary"}
      icon={<PlusOutlined aria-hidden />}
      onClick={() => setOpen(true)}
    >
      {data?.length ? t.connectAnother : t.connect}
    </Button>
  );
  return (
    <>
      <p className={styles.lead}>{t.lead}</p>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Panel>
          <SkeletonLines lines={4} />
        </Panel>
      ) : data.length === 0 ? (
        <Panel flush>
          <EmptyState
            icon={<WechatWorkOutlined aria-hidden />}
            title={t.empty}
            text={t.emptyText}
            action={connect}
          />
        </Panel>
      ) : (
        <div className={styles.stack}>
          {data.map((corp) => (
            <div key={corp.corp_id} className={styles.stack}>
              <ConnectionPanel corp={corp} />
              {may(rights.syncContacts) && <SyncPanel corpId={corp.corp_id} />}
              <TagRulesPanel corpId={corp.corp_id} />
              <CallbacksPanel corpId={corp.corp_id} />
            </div>
          ))}
          {connect && <div>{connect}</div>}
        </div>
      )}
      {isOpen && <ConnectionForm corp={null} onClose={() => setOpen(false)} />}
    </>
  );
}
