import { describe, expect, it } from "vitest";
import type { TimelineEvent } from "@/api/types";
import { customersTexts } from "@/features/customers/customers-texts";
import { sentenceOf } from "@/features/customers/event-line";
import { groupByDay } from "@/features/customers/timeline";
import { numberFormat } from "@/shared/format/number-format";
import { makeVocabulary } from "@/shared/i18n/vocabulary";

const anEvent = (
  name: string,
  properties: Record<string, unknown> = {},
  at = "2026-05-01T00:00:00Z",
): TimelineEvent => ({
  event_id: `${name}@${at}`,
  name,
  occurred_at: at,
  source: "site",
  properties,
});

const say = (event: TimelineEvent, language: "zh" | "en") =>
  sentenceOf(event, {
    t: customersTexts[language],
    n: numberFormat(language),
    vocabulary: makeVocabulary(language),
    currency: "CNY",
    names: {
      segment: (id) => (id === 11 ? "沉默老客" : undefined),
      journey: (id) => (id === 60 ? "七天营" : undefined),
      stage: (ladderId, stage) => (ladderId === 36 && stage === "buyer" ? "购买" : undefined),
    },
  });

describe("an event in a sentence", () => {
  it.each([
    [anEvent("order_paid", { total_fen: 23800 }), "支付了一笔订单，¥238.00", "Paid an order of ¥238.00"],
    [
      anEvent("Order Completed", { total_fen: 500, currency: "usd" }),
      "支付了一笔订单，$5.00",
      "Paid an order of $5.00",
    ],
    [anEvent("order_paid", {}), "支付订单", "Order paid"],
    [anEvent("segment_entered", { segment_id: 11 }), "进入人群「沉默老客」", "Entered segment “沉默老客”"],
    [anEvent("segment_exited", { segment_id: 12 }), "离开人群", "Segment exited"],
    [
      anEvent("message_held", { reason: "no_consent" }),
      "消息被拦下：客户没有同意",
      "Message held: the customer has not agreed",
    ],
    [anEvent("page_viewed", { path: "/spring" }), "浏览了 /spring", "Viewed /spring"],
    [anEvent("couponClaimed", { name: "八折" }), "领取了优惠券「八折」", "Claimed coupon “八折”"],
    [anEvent("article_read"), "阅读文章", "Article read"],
    [anEvent("customer_tagged", { tag: "爱喝茶" }), "打上标签「爱喝茶」", "Tagged “爱喝茶”"],
    [anEvent("customer_untagged"), "去掉标签", "Customer untagged"],
    [anEvent("stage_changed", { from: "fan", to: "buyer" }), "阶梯上换了一级", "Stage changed"],
    [anEvent("stage_changed", { ladder_id: 36, to: "buyer" }), "到了阶梯的「购买」", "Came to stage “购买”"],
    [anEvent("stage_changed", { ladder_id: 36, to: "gone" }), "阶梯上换了一级", "Stage changed"],
    [anEvent("journey_entered", { journey_id: 60 }), "进入旅程「七天营」", "Entered journey “七天营”"],
    [anEvent("journey_exited", { journey_id: 61 }), "退出旅程", "Journey exited"],
    // A number of somebody else's that is called like ours.
    [anEvent("product_viewed", { title: "龙井", segment_id: 11 }), "浏览了商品 龙井", "Viewed product 龙井"],
    [anEvent("form_answered", { form: "入营问卷" }), "填写了表单「入营问卷」", "Answered form “入营问卷”"],
    [
      anEvent("customer_identified", { name: "周一豪", city: "苏州" }),
      "更新资料：姓名、城市",
      "Facts updated: Name, City",
    ],
    [anEvent("customer_identified"), "更新资料", "Customer identified"],
    [anEvent("mysteryHappened"), "mysteryHappened", "Mystery happened"],
  ])("%o", (event, zh, en) => {
    expect(say(event, "zh")).toBe(zh);
    expect(say(event, "en")).toBe(en);
  });
});

it("groups by business day, in the order given", () => {
  const events = [
    anEvent("c", {}, "2026-05-02T01:00:00Z"),
    anEvent("b", {}, "2026-05-01T16:30:00Z"),
    anEvent("a", {}, "2026-05-01T15:30:00Z"),
  ];
  expect(groupByDay(events).map(([day, group]) => [day, group.map(({ name }) => name).join("")])).toEqual([
    ["2026-05-02", "cb"],
    ["2026-05-01", "a"],
  ]);
});

it("tells several words as words, and what has parts as it is", () => {
  expect(makeVocabulary("zh").value(["拿铁", "乌龙"])).toBe("拿铁、乌龙");
  expect(makeVocabulary("en").value(["latte", true])).toBe("latte, Yes");
  expect(makeVocabulary("en").value([])).toBe("—");
  expect(makeVocabulary("en").value([{ sku: "x" }])).toBe('[{"sku":"x"}]');
});
