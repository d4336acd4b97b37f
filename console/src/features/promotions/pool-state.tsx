import type { CouponPool } from "@/api/types";
import { presentTime } from "@/shared/format/present";
import { useTexts } from "@/shared/i18n/texts";
import { StatusTag } from "@/shared/ui/status-tag";
import { promotionsTexts } from "./promotions-texts";

export function PoolState({ pool }: { pool: CouponPool }) {
  const t = useTexts(promotionsTexts);
  if (pool.is_archived) return <StatusTag tone="quiet">{t.archived}</StatusTag>;
  if (pool.ends_at && new Date(pool.ends_at) <= presentTime())
    return <StatusTag tone="quiet">{t.over}</StatusTag>;
  if (pool.free === 0) return <StatusTag tone="amber">{t.exhausted}</StatusTag>;
  if (pool.is_low) return <StatusTag tone="amber">{t.low}</StatusTag>;
  return <StatusTag tone="brand">{t.live}</StatusTag>;
}
