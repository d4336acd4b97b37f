import { Button, Input } from "antd";
import { useState } from "react";
import { memberListQuery } from "@/api/segments";
import { CustomerTable } from "@/shared/customers/customer-table";
import { presentTime } from "@/shared/format/present";
import { businessDay } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { Panel } from "@/shared/ui/panel";
import { pageTexts } from "./page-texts";
import { useSegment } from "./segment-context";
import styles from "./segment-page.module.css";

/** Who is in it, or was at the end of a day. */
export function SegmentMembers() {
  const t = useTexts(pageTexts);
  const segment = useSegment();
  const [day, setDay] = useState("");
  const [today] = useState(() => businessDay(presentTime().toISOString()));
  return (
    <>
      <div className={styles.filters}>
        <label htmlFor="members-on">{t.onDay}</label>
        <Input
          id="members-on"
          type="date"
          style={{ width: 160 }}
          max={today}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        {day && (
          <Button type="text" onClick={() => setDay("")}>
            {t.now}
          </Button>
        )}
      </div>
      <Panel flush>
        <CustomerTable
          label={t.members}
          query={memberListQuery(segment.segment_id, day || null)}
          empty={{ title: day ? t.nobodyOn(day) : t.nobody }}
        />
      </Panel>
    </>
  );
}
