import { Select } from "antd";
import { Link } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { storeSource } from "@/api/sources";
import { PickSome } from "@/shared/ui/picker";
import { faultAt, type CodePart } from "./code-parts";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

/** Which stores a code leads to, and whom somebody gets there. */
export function CodeStores({ code, fault, onChange }: CodePart) {
  const t = useTexts(codesTexts);
  return (
    <Panel
      title={t.stores}
      note={
        <>
          {t.storesNote} <Link to="/stores">{t.toStores}</Link>
        </>
      }
    >
      <div className={styles.stack}>
        <Field label={t.leadsTo}>
          {(control) => (
            <Select
              {...control}
              value={code.leads_to}
              options={(["advisers", "groups"] as const).map((value) => ({
                value,
                label: t.leads[value],
              }))}
              onChange={(to) => onChange({ leads_to: to })}
            />
          )}
        </Field>
        <Field label={t.onlyStores} error={faultAt(fault, "store_ids")}>
          {(control) => (
            <PickSome
              source={storeSource}
              control={control}
              placeholder={t.allStores}
              describe={(store) => `${store.name}（${store.city}）`}
              value={code.store_ids}
              onChange={(ids) => onChange({ store_ids: ids })}
            />
          )}
        </Field>
      </div>
    </Panel>
  );
}
