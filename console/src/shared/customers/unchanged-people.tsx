import { Button } from "antd";
import { useState } from "react";
import { unchangedQuery, type BulkKind, type Unchanged } from "@/api/customer-lists";
import type { TagBulk } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { defineTexts, useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { PeopleDrawer } from "./people-drawer";
import styles from "./people.module.css";

const texts = defineTexts({
  zh: {
    label: "没有变化的人",
    each: (why: string, n: string) => `${why} ${n} 位`,
    note: "只列出仍在、且你能看到的客户。",
    whys: {
      same: "本来就是这样",
      full: "标签已满",
      inside: "已在旅程中",
      rules: "旅程规则不让进",
      gone: "执行时已不在或看不到",
    },
  },
  en: {
    label: "Who stayed as they were",
    each: (why: string, n: string) => `${why}: ${n}`,
    note: "Those of them who are there and whom you may see.",
    whys: {
      same: "Already so",
      full: "Full of tags",
      inside: "In the journey already",
      rules: "Not let in by the journey's rules",
      gone: "Gone, or out of sight, by then",
    },
  },
});

const WHYS: readonly Unchanged[] = ["same", "full", "inside", "rules", "gone"];

interface UnchangedPeopleProps {
  of: BulkKind;
  bulkId: number;
  /** How many, for which reason. */
  counts: TagBulk["unchanged"];
}

/** Whom work on many left as they were: how many for which reason, each leading to its people. */
export function UnchangedPeople({ of, bulkId, counts }: UnchangedPeopleProps) {
  const t = useTexts(texts);
  const n = useNumberFormat();
  const may = useMay();
  const [why, setWhy] = useState<Unchanged | null>(null);
  const told = WHYS.flatMap((each) => {
    const count = counts[each];
    return count ? [{ why: each, words: t.each(t.whys[each], n.whole(count)) }] : [];
  });
  if (told.length === 0) return null;
  return (
    <>
      <ul className={styles.reasons} aria-label={t.label}>
        {told.map(({ why: each, words }) => (
          <li key={each}>
            {may(rights.readCustomers) ? (
              <Button type="link" size="small" className={styles.reason ?? ""} onClick={() => setWhy(each)}>
                {words}
              </Button>
            ) : (
              words
            )}
          </li>
        ))}
      </ul>
      <PeopleDrawer
        shown={why && { title: t.whys[why], query: unchangedQuery(of, bulkId, why), note: t.note }}
        onClose={() => setWhy(null)}
      />
    </>
  );
}
