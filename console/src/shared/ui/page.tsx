import { ArrowLeftOutlined } from "@ant-design/icons";
import { useEffect, type ReactNode } from "react";
import { Link } from "react-router";
import styles from "./page.module.css";

interface PageProps {
  title: string;
  /** Stands in place of the title's text, where a name can be edited. */
  heading?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  back?: { to: string; label: string };
  children: ReactNode;
}

/** One page: its name, what it is for, what can be done with all of it; then its content. */
export function Page({ title, heading, lead, actions, back, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Siyu 私域`;
  }, [title]);
  return (
    <div className={styles.page}>
      {back && (
        <Link to={back.to} className={styles.back}>
          <ArrowLeftOutlined aria-hidden /> {back.label}
        </Link>
      )}
      <header className={styles.header}>
        <div className={styles.words}>
          {heading ?? <h1 className={styles.title}>{title}</h1>}
          {lead && <div className={styles.lead}>{lead}</div>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
