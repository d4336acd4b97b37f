import { useQuery } from "@tanstack/react-query";
import { summaryQuery } from "@/api/summary";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";

/** The currency that the brand's orders are kept in. */
export function useCurrency(): string {
  const may = useMay();
  const { data } = useQuery({ ...summaryQuery(), enabled: may(rights.readSummary) });
  return data?.currency ?? "CNY";
}
