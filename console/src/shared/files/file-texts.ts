import { defineTexts } from "@/shared/i18n/texts";

export const fileTexts = defineTexts({
  zh: { take: "导出", formats: { csv: "CSV", xlsx: "Excel", parquet: "Parquet" } },
  en: { take: "Export", formats: { csv: "CSV", xlsx: "Excel", parquet: "Parquet" } },
});
