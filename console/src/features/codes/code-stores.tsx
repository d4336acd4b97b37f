import { useInfiniteQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { Link } from "react-router";
import { storeListQuery } from "@/api/codes";
import { useTexts } from "@/shared/i18n/texts";
import { Field } from "@/shared/ui/field";
import { Panel } from "@/shared/ui/panel";
import { faultAt, type CodePart } from "./code-parts";
import { codesTexts } from "./codes-texts";
import styles from "./codes.module.css";

/** Which stores a code leads to, and whom somebody gets there. */
export function CodeStores({ code, fault, onChange }: CodePart) {
  const t = useTexts(codesTexts);
  const list = useInfiniteQuery(storeListQuery(""));
  const stores = list.data?.pages.flatMap((page) => page.rows) ?? [];
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
            <Select
              {...control}
              mode="multiple"
              placeholder={t.allStores}
              showSearch={{ optionFilterProp: "label" }}
              value={[...code.store_ids]}
              options={stores.map((store) => ({
                value: store.store_id,
                label: `${store.name}（${store.city}）`,
              }))}
              onPopupScroll={() => {
                if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
              }}
              onChange={(ids: number[]) => onChange({ store_ids: ids })}
            />
          )}
        </Field>
      </div>
    </Panel>
  );
}
