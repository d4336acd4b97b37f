import { defineTexts } from "@/shared/i18n/texts";

/** What is estimated of customers, as people call it. */
export const estimateTexts = defineTexts({
  zh: {
    what: "估算什么",
    names: {
      "value.p_alive": "仍活跃的概率",
      "value.expected_orders": "未来 90 天预期购买次数",
      "value.expected_ticket_fen": "预期客单价",
      "value.expected_value_fen": "未来 365 天预期价值",
      "scene.best_hour": "最佳联系时间",
      "scene.weekend_share": "周末活跃占比",
      "scene.active_hours": "活跃的钟点数",
      "scene.city": "常在城市",
      "scene.device": "常用设备",
    },
    units: {
      "value.p_alive": "（0 到 1）",
      "value.expected_orders": "次",
      "value.expected_ticket_fen": "",
      "value.expected_value_fen": "",
      "scene.best_hour": "点（8 到 21）",
      "scene.weekend_share": "（0 到 1）",
      "scene.active_hours": "个",
      "scene.city": "",
      "scene.device": "",
    },
  },
  en: {
    what: "What is estimated",
    names: {
      "value.p_alive": "Probability of still buying",
      "value.expected_orders": "Purchases expected in 90 days",
      "value.expected_ticket_fen": "Expected amount of a purchase",
      "value.expected_value_fen": "Expected value of 365 days",
      "scene.best_hour": "Best hour to write to them",
      "scene.weekend_share": "Share at weekends",
      "scene.active_hours": "Active hours of the day",
      "scene.city": "Usual city",
      "scene.device": "Usual device",
    },
    units: {
      "value.p_alive": "(0 to 1)",
      "value.expected_orders": "times",
      "value.expected_ticket_fen": "",
      "value.expected_value_fen": "",
      "scene.best_hour": "o'clock (8 to 21)",
      "scene.weekend_share": "(0 to 1)",
      "scene.active_hours": "hours",
      "scene.city": "",
      "scene.device": "",
    },
  },
});

export type EstimateKey = keyof (typeof estimateTexts)["zh"]["names"];
