import { defineTexts } from "@/shared/i18n/texts";

export const sceneTexts = defineTexts({
  zh: {
    title: "场景",
    note: (days: string) => `最近 ${days} 天`,
    none: "最近没有行为。",
    best: "最佳联系时间",
    weekends: "周末占比",
    city: "常在城市",
    device: "常用设备",
    hours: "各小时的倾向",
    hour: (hours: string, weight: string) => `${hours}，本人 ${weight}（点击与购买算 3）`,
    why: (count: string) => `按本人的行为，加 ${count} 次全体客户的分布，与前后一小时平滑；夜间不联系。`,
    heat: "按星期与小时的行为次数",
  },
  en: {
    title: "Scene",
    note: (days: string) => `The last ${days} days`,
    none: "Nothing was done lately.",
    best: "Best time to write",
    weekends: "At weekends",
    city: "Usual city",
    device: "Usual device",
    hours: "Inclination by hour",
    hour: (hours: string, weight: string) =>
      `${hours}: ${weight} of their own (clicks and purchases count for 3)`,
    why: (count: string) =>
      `Their own acts and ${count} spread as everybody's are, smoothed with the hours before and after; nobody is written to at night.`,
    heat: "Acts by day of the week and hour",
  },
});
