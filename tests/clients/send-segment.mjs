// Sends one of everything with Segment's own client: node send-segment.mjs HOST WRITE_KEY
import { Analytics } from "@segment/analytics-node";

const [host, writeKey] = process.argv.slice(2);
const analytics = new Analytics({ writeKey, host, flushAt: 20, maxRetries: 2 });
const failures = [];
analytics.on("error", (error) => failures.push(error));

const context = {
  ip: "203.0.113.77",
  locale: "zh-CN",
  timezone: "Asia/Shanghai",
  campaign: { name: "618", source: "wechat" },
  device: { id: "device-1", type: "phone", advertisingId: "ad-1" },
};
analytics.track({ anonymousId: "a1", event: "Product Viewed", properties: { sku: "S1" } });
analytics.identify({ userId: "u1", anonymousId: "a1", traits: { name: "李雷", email: "lilei@example.com" } });
analytics.page({ userId: "u1", name: "首页", category: "门店", properties: { url: "https://x.example/" }, context });
analytics.screen({ userId: "u1", name: "会员码", properties: { tab: 2 } });
analytics.group({ userId: "u1", groupId: "g1", traits: { plan: "gold" } });
analytics.alias({ userId: "u1", previousId: "old-u1" });
analytics.track({ userId: "old-u1", event: "Article Read" });
for (let number = 0; number < 45; number += 1) {
  analytics.track({ userId: "u1", event: "Order Completed", properties: { order_id: `o${number}`, total: 12.5 } });
}
await analytics.closeAndFlush({ timeout: 20000 });
if (failures.length > 0) {
  console.error(failures);
  process.exit(1);
}
