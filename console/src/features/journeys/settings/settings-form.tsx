import { useTexts } from "@/shared/i18n/texts";
import { editorTexts } from "../editor/editor-texts";
import { ExitsForm, GoalsForm } from "./goals-form";
import { PurposeForm, RulesForm } from "./rules-form";
import type { SettingsProps } from "./settings-props";
import { TriggersForm } from "./triggers-form";
import styles from "./settings.module.css";

/** All that holds for the whole of a journey. */
export function SettingsForm(props: SettingsProps) {
  const t = useTexts(editorTexts);
  const isCustomers = props.document.subject === "customer";
  return (
    <div className={styles.settings}>
      <PurposeForm {...props} />
      <section aria-label={t.triggers}>
        <h3 className={styles.heading}>{t.triggers}</h3>
        <TriggersForm {...props} />
      </section>
      {isCustomers && (
        <section aria-label={t.goals}>
          <h3 className={styles.heading}>{t.goals}</h3>
          <GoalsForm {...props} />
        </section>
      )}
      {isCustomers && (
        <section aria-label={t.exits}>
          <h3 className={styles.heading}>{t.exits}</h3>
          <ExitsForm {...props} />
        </section>
      )}
      <section aria-label={t.rules}>
        <h3 className={styles.heading}>{t.rules}</h3>
        <RulesForm {...props} />
      </section>
    </div>
  );
}
