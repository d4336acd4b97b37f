import { Select } from "antd";
import { useCallback, useMemo } from "react";
import { useNavigate } from "react-router";
import type { Summary } from "@/api/types";
import { Chart } from "@/shared/charts/chart";
import { buyersIn, peopleWith, useSeesPeople } from "@/shared/customers/people-behind";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { useTheme } from "@/shared/theme/theme-context";
import { homeTexts } from "./home-texts";
import { revenueOption } from "./revenue-option";
import styles from "./revenue-panel.module.css";

/** The way from a month to whoever paid in it; none for those who may not see people. */
function useBuyersOfMonth({ revenue_by_month: rows }: Summary) {
  const n = useNumberFormat();
  const time = useTimeFormat();
  const sees = useSeesPeople();
  const t = useTexts(homeTexts);
  const navigate = useNavigate();
  const open = useCallback(
    (index: number) => {
      const row = rows[index];
      if (row) void navigate(peopleWith(buyersIn(row.month), "revenue"));
    },
    [rows, navigate],
  );
  const months = rows
    .map((row, value) => ({
      value,
      label: `${time.month(row.month, true)} · ${t.people(n.whole(row.buyers))}`,
    }))
    .reverse();
  return { open: sees ? open : undefined, months };
}

/** The months drawn, and the way from each to who bought in it. */
export function RevenueChart({ summary, height }: { summary: Summary; height: number }) {
  const t = useTexts(homeTexts);
  const n = useNumberFormat();
  const time = useTimeFormat();
  const { colours } = useTheme();
  const option = useMemo(
    () => revenueOption(summary, { t, n, time, colours }),
    [summary, t, n, time, colours],
  );
  const { open, months } = useBuyersOfMonth(summary);
  return (
    <>
      <Chart label={t.byMonthLabel} option={option} height={height} onPick={open} />
      {open && (
        <Select<number>
          size="small"
          className={styles.months ?? ""}
          aria-label={t.buyersOfMonth}
          placeholder={t.buyersOfMonth}
          options={months}
          onChange={open}
        />
      )}
    </>
  );
}
