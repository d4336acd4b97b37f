import { defineTexts } from "../i18n/texts";

export const peopleTexts = defineTexts({
  zh: {
    customer: "客户",
    contact: "联系方式",
    city: "城市",
    orders: "订单",
    lastSeen: "最近出现",
    nobody: "没有客户",
    total: (n: string) => `共 ${n} 位`,
    seeWho: (what: string, n: string) => `${what}：${n} 位，看看是谁`,
  },
  en: {
    customer: "Customer",
    contact: "Contact",
    city: "City",
    orders: "Orders",
    lastSeen: "Last seen",
    nobody: "Nobody",
    total: (n: string) => `${n} in all`,
    seeWho: (what: string, n: string) => `${what}: ${n}, see who`,
  },
});
