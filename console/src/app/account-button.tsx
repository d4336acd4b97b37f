import type { ComponentProps } from "react";
import { useTexts } from "@/shared/i18n/texts";
import { useSession } from "@/shared/session/session-context";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { appTexts } from "./app-texts";
import styles from "./top-bar.module.css";

/** Who is logged in. */
export function AccountButton(given: ComponentProps<"button">) {
  const t = useTexts(appTexts);
  const { staff } = useSession();
  return (
    <button type="button" aria-haspopup="menu" {...given} className={styles.account}>
      <PersonAvatar name={staff.name} size={30} />
      <span className="visually-hidden">{t.account}</span>
      <span className={styles.accountName}>{staff.name}</span>
    </button>
  );
}
