import { useMemo } from "react";
import { useLanguage, type Language } from "./language-context";
import { BETWEEN } from "./use-word-list";

type Names = Readonly<Record<string, string>>;

interface Words {
  events: Names;
  attributes: Names;
  identities: Names;
  channels: Names;
  purposes: Names;
  reasons: Names;
  journeyStates: Names;
  yes: string;
  no: string;
}

/** Names that come from data, as people say them. What is not here is shown as it was sent, made readable. */
const vocabulary: Record<Language, Words> = {
  zh: {
    events: {
      order_paid: "支付订单",
      order_completed: "完成订单",
      order_refunded: "退款",
      order_cancelled: "取消订单",
      checkout_started: "开始结算",
      product_viewed: "浏览商品",
      product_added: "加入购物车",
      product_removed: "移出购物车",
      products_searched: "搜索商品",
      page_viewed: "浏览页面",
      screen_viewed: "浏览小程序或应用页",
      account_joined: "加入团体",
      article_read: "阅读文章",
      video_watched: "看视频",
      live_joined: "进入直播",
      lesson_opened: "打开课程",
      lesson_finished: "学完一课",
      homework_handed_in: "交作业",
      quiz_taken: "参加测验",
      cart_added: "加入购物车",
      coupon_claimed: "领取优惠券",
      coupon_used: "使用优惠券",
      coupon_issued: "得到券码",
      coupon_redeemed: "核销券码",
      coupon_stock_low: "券码快发完了",
      group_joined: "加入社群",
      group_left: "退出社群",
      contact_added: "添加了员工",
      service_conversation_started: "进入微信客服",
      service_message_received: "在微信客服说话",
      service_handed_over: "客服转人工",
      service_conversation_ended: "客服会话结束",
      welcome_sent: "收到欢迎语",
      welcome_failed: "欢迎语没有发出",
      contact_deleted_by_staff: "被员工删除",
      contact_deleted_staff: "删除了员工",
      contact_lost: "流失：没有员工了",
      contact_regained: "又加回来了",
      contact_handed_over: "换了员工接手",
      handover_refused: "拒绝换员工",
      checked_in: "打卡",
      share_sent: "分享",
      form_submitted: "提交表单",
      form_opened: "打开表单",
      form_answered: "填写表单",
      signed_up: "注册",
      signed_in: "登录",
      profile_created: "首次出现",
      customer_identified: "更新资料",
      customers_merged: "合并身份",
      customers_split: "拆分身份",
      consent_changed: "变更授权",
      consent_granted: "同意接收消息",
      consent_withdrawn: "不再接收消息",
      custody_changed: "变更归属",
      customer_erased: "已删除个人信息",
      segment_entered: "进入人群",
      segment_exited: "离开人群",
      segment_moved: "随合并转入人群",
      stage_changed: "阶梯上换了一级",
      customer_tagged: "打上标签",
      customer_untagged: "去掉标签",
      journey_entered: "进入旅程",
      journey_completed: "走完旅程",
      journey_exited: "退出旅程",
      journey_goal_reached: "达成旅程目标",
      journey_passed_over: "没能进入旅程（同一赛道已有别的旅程）",
      journey_paused: "旅程里出了问题，停在原处",
      message_requested: "准备发消息",
      message_held: "消息被拦下",
      message_sent: "发出消息",
      message_delivered: "消息送达",
      message_failed: "发送失败",
      message_clicked: "点击链接",
      script_used: "用过话术",
      link_opened: "打开员工发的链接",
      link_forwarded: "链接被转发",
      material_read: "读了 10 秒以上",
      message_awaiting_staff: "消息等员工确认",
      message_cancelled: "消息已撤回",
      task_requested: "派了任务",
      task_ended: "任务有了结果",
      lead_opened: "成为线索",
      lead_given: "线索有了负责人",
      lead_returned: "线索回到公海",
      lead_won: "线索成交",
      lead_lost: "线索输单",
      follow_up_recorded: "员工写了跟进",
    },
    attributes: {
      contact_state: "联系状态",
      advisers: "跟进员工数",
      contact_added_at: "首次添加",
      contact_lost_at: "流失于",
      add_way: "添加方式",
      in_groups: "所在群数",
      name: "姓名",
      first_name: "名",
      last_name: "姓",
      nickname: "昵称",
      city: "城市",
      province: "省份",
      gender: "性别",
      age: "年龄",
      birthday: "生日",
      phone: "手机",
      email: "邮箱",
      member_level: "会员等级",
      level: "等级",
      camp_term: "营期",
      camp_class: "班级",
      utm_source: "投放渠道",
      utm_campaign: "投放活动",
      utm_content: "投放素材",
      points: "积分",
      channel: "来源渠道",
      source: "来源",
      store: "门店",
      occupation: "职业",
      total_fen: "金额",
      order_id: "订单号",
      currency: "币种",
      quantity: "件数",
      items: "商品",
      product_id: "商品编号",
      category: "类目",
      url: "网址",
      path: "路径",
      title: "标题",
      shop: "店铺",
      scene: "场景",
      price: "价格",
      total: "总额",
      discount: "优惠",
      coupon: "优惠券",
      coupon_id: "优惠券编号",
      products: "商品",
      seconds: "秒数",
      times: "次数",
      clicks: "点击次数",
      to: "分享到",
      kind: "类型",
      reason: "原因",
      segment_id: "人群",
      journey_id: "旅程",
      version: "版本",
      step: "步骤",
      message_id: "消息编号",
      purpose: "用途",
      state: "状态",
    },
    identities: {
      customer_id: "客户编号",
      user_id: "用户 ID",
      anonymous_id: "匿名 ID",
      member_id: "会员号",
      external_userid: "企微客户",
      unionid: "UnionID",
      openid: "OpenID",
      phone: "手机",
      email: "邮箱",
    },
    channels: {
      webhook: "Webhook",
      sms: "短信",
      email: "邮件",
      mail: "邮件",
      wecom: "企业微信",
      official_account: "公众号",
      miniprogram: "小程序",
      aicall: "智能外呼",
      hand: "员工代发",
      "*": "全部渠道",
    },
    purposes: {
      marketing: "营销",
      service: "服务",
      profiling: "个性化推荐",
      partner_sharing: "向合作方提供",
    },
    journeyStates: { active: "进行中", completed: "已走完", exited: "已退出" },
    reasons: {
      no_channel: "渠道不可用",
      no_consent: "客户没有同意",
      no_address: "没有可用的地址",
      unreachable: "这个渠道此刻到不了",
      daily_cap: "今天已达上限",
      weekly_cap: "近 7 天已达上限",
      monthly_cap: "近 30 天已达上限",
      channel_cap: "这个渠道的次数已满",
      channel_quota: "渠道今天的配额已用完",
      quiet_hours: "免打扰结束前就过期了",
      expired: "已过期",
      missing_value: "模板缺少客户的信息",
      erased: "客户已注销",
      over_quota: "客户的次数已用完",
      not_a_friend: "已不是好友",
      not_confirmed: "员工没有确认",
      blocked: "被客户拉黑",
      unsubscribed: "客户已退订",
      expired_media: "图片或文件已过期",
      bad_template: "模板不可用",
      outcome_unknown: "不知是否送达，不再重发",
      fell_back: "改由别的渠道发送",
      sender_died_too_often: "多次中断，已放弃",
      no_answer_for_message: "对方没有回音",
      stage_cap: "已达所在层级的触达上限",
      held_out: "全公司保留对照",
      held_out_of_journey: "旅程保留对照",
      no_customer: "客户已不存在",
      left_segment: "离开了人群",
      merged: "身份已合并",
    },
    yes: "是",
    no: "否",
  },
  en: {
    events: { page_viewed: "Viewed a page", profile_created: "First seen" },
    attributes: { total_fen: "Amount", order_id: "Order", external_userid: "WeCom contact" },
    identities: {
      customer_id: "Customer id",
      user_id: "User ID",
      anonymous_id: "Anonymous ID",
      member_id: "Member ID",
      external_userid: "WeCom contact",
      unionid: "UnionID",
      openid: "OpenID",
    },
    channels: {
      webhook: "Webhook",
      sms: "SMS",
      wecom: "WeCom",
      aicall: "AI calls",
      hand: "By hand",
      "*": "All channels",
    },
    purposes: { partner_sharing: "Partners" },
    journeyStates: {},
    reasons: {
      no_consent: "the customer has not agreed",
      no_address: "no address to use",
      unreachable: "this channel cannot reach them now",
      daily_cap: "the daily cap is reached",
      weekly_cap: "the cap of seven days is reached",
      monthly_cap: "the cap of thirty days is reached",
      channel_cap: "the channel's cap for the customer is reached",
      channel_quota: "the channel's quota of the day is used",
      quiet_hours: "it expires before the quiet hours end",
      expired: "it has expired",
      missing_value: "the template lacks something of the customer",
      erased: "the customer was erased",
      over_quota: "the customer's quota is used",
      not_a_friend: "no longer a contact",
      not_confirmed: "nobody of the staff confirmed it",
      blocked: "the customer blocked us",
      unsubscribed: "the customer has unsubscribed",
      expired_media: "the picture or file has expired",
      bad_template: "the template cannot be used",
      outcome_unknown: "nobody knows whether it arrived; not sent again",
      fell_back: "another channel has it",
      stage_cap: "the cap for customers at this stage is reached",
      held_out: "held out by the company",
      held_out_of_journey: "held out by the journey",
    },
    yes: "Yes",
    no: "No",
  },
};

/** `Order Completed` and `orderCompleted` are `order_completed`. */
export function plainName(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/[\s.-]+/g, "_")
    .toLowerCase();
}

function readable(name: string): string {
  const words = plainName(name).replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

type Topic = Exclude<keyof Words, "yes" | "no">;

export interface Vocabulary {
  say: (topic: Topic, name: string) => string;
  /** A property's or attribute's value as text. */
  value: (value: unknown) => string;
}

export function makeVocabulary(language: Language): Vocabulary {
  const words = vocabulary[language];
  const valueOf = (value: unknown): string => {
    if (value === null || value === undefined || value === "") return "—";
    if (typeof value === "boolean") return value ? words.yes : words.no;
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    const isWords = Array.isArray(value) && value.every((each) => typeof each !== "object");
    return isWords ? value.map(valueOf).join(BETWEEN[language]) || "—" : JSON.stringify(value);
  };
  return {
    say: (topic, name) => words[topic][plainName(name)] ?? (language === "en" ? readable(name) : name),
    value: valueOf,
  };
}

export function useVocabulary(): Vocabulary {
  const { language } = useLanguage();
  return useMemo(() => makeVocabulary(language), [language]);
}
