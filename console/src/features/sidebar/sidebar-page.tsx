import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { sessionQuery } from "@/api/session";
import { chatCustomerQuery, sideBarLogInAddress } from "@/api/sidebar";
import { useOtherLanguage } from "@/shared/i18n/language-context";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { SessionContext, useMay } from "@/shared/session/session-context";
import { errorTexts, explain } from "@/shared/ui/error-texts";
import { BarContext } from "./context";
import { CustomerTab } from "./customer-tab";
import { MaterialsTab } from "./materials-tab";
import { RepliesTab } from "./replies-tab";
import { ScriptsTab } from "./scripts-tab";
import styles from "./sidebar.module.css";
import { sidebarTexts } from "./sidebar-texts";
import { useChat } from "./use-chat";
import { isInside, type ChatMessage } from "./wecom";

const NOTE_MS = 2600;

function Middle({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <div className={styles.middle}>
      <h1>{title}</h1>
      {text && <p className={styles.quiet}>{text}</p>}
      {action}
    </div>
  );
}

type Tab = "customer" | "scripts" | "materials" | "replies";

function Tabs({ customerId }: { customerId: number }) {
  const t = useTexts(sidebarTexts);
  const may = useMay();
  const [tab, setTab] = useState<Tab>("customer");
  const tabs: Tab[] = [
    "customer",
    ...(may(rights.readScripts) ? (["scripts"] as const) : []),
    ...(may(rights.readMaterials) ? (["materials"] as const) : []),
    ...(may(rights.shareContent) ? (["replies"] as const) : []),
  ];
  return (
    <>
      <div role="tablist" aria-label={t.tabsLabel} className={styles.tabs}>
        {tabs.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`tab-${each}`}
            aria-selected={each === tab}
            aria-controls="panel"
            className={styles.tab}
            onClick={() => setTab(each)}
          >
            {t.tabs[each]}
          </button>
        ))}
      </div>
      <main
        id="panel"
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        className={styles.content}
        key={customerId}
      >
        {tab === "customer" && <CustomerTab />}
        {tab === "scripts" && <ScriptsTab />}
        {tab === "materials" && <MaterialsTab />}
        {tab === "replies" && <RepliesTab />}
      </main>
    </>
  );
}

/** Connected: whom the chat is with, and what there is to do for them. */
function Connected() {
  const t = useTexts(sidebarTexts);
  const errors = useTexts(errorTexts);
  const { state, again, sendNow } = useChat();
  const [note, setNote] = useState("");
  useEffect(() => {
    if (!note) return;
    const timer = setTimeout(() => setNote(""), NOTE_MS);
    return () => clearTimeout(timer);
  }, [note]);
  const externalUserid = state.kind === "open" ? state.chat.externalUserid : "";
  const known = useQuery({ ...chatCustomerQuery(externalUserid), enabled: externalUserid !== "" });
  const customerId = state.kind === "outside" ? state.customerId : (known.data?.customer_id ?? null);
  const failed = useCallback((error: Error) => setNote(explain(error, errors)), [errors]);
  const send = useCallback(
    async (message: ChatMessage) => {
      try {
        setNote((await sendNow(message)) === "sent" ? t.sent : t.copied);
        return true;
      } catch (error) {
        failed(error as Error);
        return false;
      }
    },
    [sendNow, failed, t],
  );
  const isInChat = state.kind === "open";
  const bar = useMemo(
    () => (customerId === null ? null : { customerId, send, say: setNote, failed, isInChat }),
    [customerId, send, failed, isInChat],
  );
  const retry = (onClick: () => void) => (
    <button type="button" className={styles.button} onClick={onClick}>
      {t.again}
    </button>
  );
  if (state.kind === "opening" || (externalUserid && known.isPending)) return <Middle title={t.opening} />;
  if (state.kind === "failed")
    return <Middle title={t.failed} text={t.failedText(state.why)} action={retry(again)} />;
  if (known.error)
    return <Middle title={t.unknown} text={t.unknownText} action={retry(() => void known.refetch())} />;
  if (!bar) return <Middle title={t.title} text={t.nobody} />;
  return (
    <BarContext value={bar}>
      {!isInChat && <p className={styles.strip}>{t.outside}</p>}
      <Tabs customerId={bar.customerId} />
      <div role="status">{note && <p className={styles.note}>{note}</p>}</div>
    </BarContext>
  );
}

/** The page beside a chat in WeCom: staff log in by WeCom itself, without being asked where that is possible. */
export function SidebarPage() {
  const t = useTexts(sidebarTexts);
  const other = useOtherLanguage();
  const { data: session, error, isPending, refetch } = useQuery(sessionQuery());
  const refusal = new URLSearchParams(location.search).get("wecom");
  const goes = session === null && !refusal && isInside();
  useEffect(() => {
    document.title = `${t.title} · Siyu 私域`;
  }, [t]);
  useEffect(() => {
    if (goes) location.replace(sideBarLogInAddress);
  }, [goes]);
  let content: ReactNode;
  if (isPending || goes) content = <Middle title={t.opening} />;
  else if (error)
    content = (
      <Middle
        title={error.message}
        action={
          <button type="button" className={styles.button} onClick={() => void refetch()}>
            {t.again}
          </button>
        }
      />
    );
  else if (!session)
    content = (
      <Middle
        title={t.title}
        text={refusal ? t.refused : t.logInText}
        action={
          <a
            className={`${styles.button} ${styles.main}`}
            style={{ lineHeight: "34px" }}
            href={sideBarLogInAddress}
          >
            {t.logIn}
          </a>
        }
      />
    );
  else
    content = (
      <SessionContext value={session}>
        <Connected />
      </SessionContext>
    );
  return (
    <div className={styles.bar}>
      {content}
      <footer className={styles.foot}>
        <button type="button" className={styles.plain} lang={other.lang} onClick={other.turn}>
          {other.name}
        </button>
      </footer>
    </div>
  );
}
