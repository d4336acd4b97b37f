import { ApiOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { hookEndpointsQuery } from "@/api/hooks";
import type { HookEndpoint } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { EndpointCard } from "./endpoint-card";
import { EndpointForm } from "./endpoint-form";
import { hooksTexts } from "./hooks-texts";
import { SecretShown } from "./secret-shown";
import styles from "./hooks-page.module.css";

/** The programs that are told what happens. */
export function HooksPage() {
  const t = useTexts(hooksTexts);
  const may = useMay();
  const { data, error, refetch } = useQuery(hookEndpointsQuery());
  const [editing, setEditing] = useState<HookEndpoint | "new" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const create = may(rights.writeHooks) && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setEditing("new")}>
      {t.create}
    </Button>
  );
  return (
    <>
      <div className={styles.head}>
        <p className={styles.lead}>{t.lead}</p>
        {data && data.length > 0 && create}
      </div>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Panel>
          <SkeletonLines lines={4} />
        </Panel>
      ) : data.length === 0 ? (
        <Panel>
          <EmptyState icon={<ApiOutlined aria-hidden />} title={t.empty} text={t.emptyText} action={create} />
        </Panel>
      ) : (
        <div className={styles.stack}>
          {data.map((each) => (
            <EndpointCard
              key={each.endpoint_id}
              endpoint={each}
              onEdit={() => setEditing(each)}
              onSecret={setSecret}
            />
          ))}
        </div>
      )}
      {editing && (
        <EndpointForm
          endpoint={editing === "new" ? null : editing}
          onSecret={setSecret}
          onClose={() => setEditing(null)}
        />
      )}
      {secret && <SecretShown secret={secret} onClose={() => setSecret(null)} />}
    </>
  );
}
