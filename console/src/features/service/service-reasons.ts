/** Why nothing can be said in a conversation, or why something was not delivered; `fail_…` are WeCom's own numbers. */
export const zhReasons: Readonly<Record<string, string>> = {
  outside_window: "客户超过 48 小时没有说话",
  too_many: "客户说话之后已发过 5 条",
  with_person: "会话在企业微信里由同事接待",
  ended: "会话已结束",
  expired: "过了时效",
  refused: "企业微信拒绝了",
  blocked: "客户拒收",
  fail_1: "客户的微信版本太低",
  fail_8: "企业没有完成认证",
  fail_11: "企业里没有人登录企业微信",
  fail_12: "客服不能发这种消息",
  fail_13: "企业微信的安全限制",
};

export const enReasons: Readonly<Record<string, string>> = {
  outside_window: "the customer said nothing for 48 hours",
  too_many: "five things were said since",
  with_person: "a colleague has it in WeCom",
  ended: "it has ended",
  expired: "it came too late",
  refused: "WeCom refused",
  blocked: "the customer takes nothing",
  fail_1: "the customer's WeChat is too old",
  fail_8: "the corp is not verified",
  fail_11: "nobody of the corp is logged in to WeCom",
  fail_12: "customer service may not send such a message",
  fail_13: "WeCom's safety limits",
};
