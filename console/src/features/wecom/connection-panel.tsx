import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { checkWecomCorp } from "@/api/contacts";
import type { WecomCorp } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay, useSession } from "@/shared/session/session-context";
import { Panel } from "@/shared/ui/panel";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { ConnectionForm } from "./connection-form";
import { wecomTexts } from "./wecom-texts";
import styles from "./wecom-page.module.css";

function State({ corp }: { corp: WecomCorp }) {
  const t = useTexts(wecomTexts);
  if (!corp.is_enabled) return <StatusTag tone="quiet">{t.off}</StatusTag>;
  if (corp.findings === null) return <StatusTag tone="amber">{t.unchecked}</StatusTag>;
  return corp.findings.length === 0 ? <StatusTag tone="brand">{t.fine}</StatusTag> : null;
}

/** An emulated WeCom that runs here has pages to look at; the real one is nobody's own machine. */
function isOnThisMachine(address: string): boolean {
  return URL.canParse(address) && ["127.0.0.1", "localhost", "[::1]"].includes(new URL(address).hostname);
}

export function ConnectionPanel({ corp }: { corp: WecomCorp }) {
  const t = useTexts(wecomTexts);
  const { language } = useLanguage();
  const may = useMay();
  const { is_demo: isDemo } = useSession();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const check = useMutation({
    mutationFn: () => checkWecomCorp(corp.corp_id),
    onSuccess: async () => {
      notices.done(t.checked);
      await queryClient.invalidateQueries({ queryKey: ["wecom-corps"] });
    },
    onError: notices.failed,
  });
  return (
    <Panel
      title={corp.name}
      extra={
        may(rights.writeWecom) && (
          <div className={styles.extra}>
            <Button size="small" loading={check.isPending} onClick={() => check.mutate()}>
              {t.check}
            </Button>
            <Button size="small" type="text" onClick={() => setOpen(true)}>
              {t.edit}
            </Button>
          </div>
        )
      }
    >
      <dl className={styles.facts}>
        <div>
          <dt>{t.fields.corpId}</dt>
          <dd>{corp.corp_id}</dd>
        </div>
        <div>
          <dt>{t.fields.agentId}</dt>
          <dd>{corp.agent_id || "—"}</dd>
        </div>
        <div>
          <dt>{t.state}</dt>
          <dd className={styles.line}>
            {corp.checked_at && <When at={corp.checked_at} none="" />} <State corp={corp} />
          </dd>
        </div>
        <div className={styles.wide}>
          <dt>{t.callbackUrl}</dt>
          <dd>
            <code>{corp.callback_url}</code>
          </dd>
          <dd className={styles.quiet}>{t.callbackNote}</dd>
        </div>
      </dl>
      {isDemo && isOnThisMachine(corp.base_url) && (
        <div className={styles.world}>
          <strong>{t.world}</strong>
          <span className={styles.line}>
            <a href={`${corp.base_url}/phone`} target="_blank" rel="noopener">
              {t.phone}
            </a>
            <a href={`${corp.base_url}/staff`} target="_blank" rel="noopener">
              {t.client}
            </a>
          </span>
          <span className={styles.quiet}>{t.worldNote}</span>
        </div>
      )}
      {corp.findings && corp.findings.length > 0 && (
        <ul className={styles.findings}>
          {corp.findings.map((each) => (
            <li key={`${each.place}:${each.code}`} className={styles.finding}>
              {language === "zh" ? each.zh : each.en}
              {each.errcode !== 0 && <span className={styles.quiet}> ({each.errcode})</span>}
            </li>
          ))}
        </ul>
      )}
      {isOpen && <ConnectionForm corp={corp} onClose={() => setOpen(false)} />}
    </Panel>
  );
}
