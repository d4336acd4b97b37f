// Sends one of everything with RudderStack's own client: node send-rudder.mjs HOST WRITE_KEY
import { createRequire } from "node:module";

const RudderAnalytics = createRequire(import.meta.url)("@rudderstack/rudder-sdk-node");

const [dataPlaneUrl, writeKey] = process.argv.slice(2);
const analytics = new RudderAnalytics(writeKey, { dataPlaneUrl, flushAt: 20, flushInterval: 50 });
const failures = [];
const noted = (error) => error && failures.push(error);

const context = {
  ip: "203.0.113.77",
  locale: "zh-CN",
  timezone: "Asia/Shanghai",
  campaign: { name: "618", source: "wechat" },
  device: { id: "device-1", type: "phone", advertisingId: "ad-1" },
};
analytics.track({ anonymousId: "a1", event: "Product Viewed", properties: { sku: "S1" } }, noted);
analytics.identify({ userId: "u1", anonymousId: "a1", traits: { name: "李雷", email: "lilei@example.com" } }, noted);
analytics.page(
  { userId: "u1", name: "首页", category: "门店", properties: { url: "https://x.example/" }, context },
  noted,
);
analytics.screen({ userId: "u1", name: "会员码", properties: { tab: 2 } }, noted);
analytics.group({ userId: "u1", groupId: "g1", traits: { plan: "gold" } }, noted);
analytics.alias({ userId: "u1", previousId: "old-u1" }, noted);
analytics.track({ userId: "old-u1", event: "Article Read" }, noted);
for (let number = 0; number < 45; number += 1) {
  analytics.track(
    { userId: "u1", event: "Order Completed", properties: { order_id: `o${number}`, total: 12.5 } },
    noted,
  );
}
await analytics.flush();
if (failures.length > 0) {
  console.error(failures);
  process.exit(1);
}
