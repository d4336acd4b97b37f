import { counted } from "@/shared/i18n/counted";
import { defineTexts } from "@/shared/i18n/texts";

export const valueTexts = defineTexts({
  zh: {
    title: "预期价值",
    hint: "由 BG/NBD 与 Gamma-Gamma 模型从订单估算，每晚重算。只买过一次的客户，模型认为还没有离开的机会，概率总是 100%。",
    none: "还没有估算：没有买过，或最近才来。",
    alive: "仍活跃的概率",
    orders: "未来 90 天预期",
    times: (n: string) => `${n} 次`,
    ticket: "预期客单价",
    value: "未来 365 天价值",
  },
  en: {
    title: "Expected value",
    hint: "Estimated from the orders by BG/NBD and Gamma-Gamma, every night. Who bought but once had no chance to leave, says the model: always 100%.",
    none: "Nothing is estimated: never bought, or came only lately.",
    alive: "Still a buyer",
    orders: "Expected in 90 days",
    times: (n: string) => counted(n, "purchase"),
    ticket: "Expected amount",
    value: "Value of 365 days",
  },
});
