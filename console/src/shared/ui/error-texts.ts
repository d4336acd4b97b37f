import type { ApiError } from "@/api/client";
import { defineTexts } from "@/shared/i18n/texts";

const known = {
  zh: {
    unreachable: "连不上服务器。请检查网络，或稍后再试。",
    unauthenticated: "登录已过期，请重新登录。",
    csrf: "页面放得太久了，请刷新后再试。",
    wrong_password: "当前密码不对。",
    weak_password: "密码太短、太长，或太常见，请换一个。",
    wrong_setup_code: "设置码不对。它显示在启动 Siyu 的终端里。",
    already_set_up: "这里已经设置好了，请直接登录。",
    too_many_attempts: "尝试次数太多，请稍后再试。",
    email_taken: "这个邮箱已有人使用。",
    last_admin: "这是最后一位管理员，不能停用。",
    stale_definition: "你打开之后，别人改过它。请刷新页面，再把修改加上去。",
    nothing_to_publish: "没有需要发布的修改。",
    segment_not_live: "这个人群没有在运行，请先发布它。",
    columns_unavailable: "分析引擎暂时不可用，通常几秒后就会恢复。",
    invalid_definition: "定义里有一处需要修改，请看标出的地方。",
    forbidden: "你没有做这件事的权限。需要的话，请找管理员开通。",
    not_found: "没有找到，可能已被删除，或不在你的可见范围内。",
    conflict: "刚才有人改动过，或者已经存在同名的一项。请刷新后再试。",
    busy: "系统正忙，请稍等几秒再试。",
    too_many_reveals: "这一小时查看的次数已到上限，请稍后再看。",
    ended_task: "这个任务已经结束了。",
    taken_task: "这个任务刚被同事领走。",
    enquiry_closed: "这个请教已经关闭或答复过了。",
    enquiry_unanswered: "请先答复，再把答复变成话术或建议。",
    lead_open: "这位客户已经是线索。",
    lead_taken: "这条线索刚被同事领走。",
    lead_ended: "这条线索已经成交或输单。",
    claim_limit: "按公海规则，你现在不能再领了，先跟进手里的线索。",
    lead_cooling: "这条线索不久前在你手里，先让同事跟进。",
    nothing_to_reveal: "这位客户已没有这一项，请刷新页面。",
    bad_split: "拆出去一部分身份，也要留下一部分。",
    bad_reason: "请写明原因（200 字以内），其中不要出现手机号或邮箱。",
    unknown_merge: "这次合并已经撤销过，或不属于这位客户。",
    bad_consent: "这条意愿没法记录，请检查渠道与证据。",
    form_has_answers: "已经有人填写，不能删除；可以停止填写。",
    definition_in_use: "还有别处在使用它，所以不能删除。",
    open_request: "这位客户已有一个进行中的请求，请在「隐私」页查看。",
    erased_customer: "这位客户的信息已经删除。",
    request_decided: "这个请求已经处理过了。",
    wrong_word: "请输入「删除」来确认。",
    bad_retention: "有的保留天数不在允许范围内。",
    export_gone: "文件不在了：还没生成、已过期，或不是你申请的。",
    not_copied: "浏览器不让这个页面复制，请选中文字自己复制。",
  },
  en: {
    unreachable: "The server cannot be reached. Check your network, or try again shortly.",
    unauthenticated: "Your session has ended. Please log in again.",
    csrf: "This page has been open too long. Reload it and try again.",
    wrong_password: "The current password is wrong.",
    weak_password: "This password is too short, too long or too well known. Choose another.",
    wrong_setup_code: "That is not the set-up code. The terminal that Siyu was started in shows it.",
    already_set_up: "This installation has been set up already: log in.",
    too_many_attempts: "Too many attempts. Try again later.",
    email_taken: "Somebody has this e-mail already.",
    last_admin: "This is the last administrator, who has to stay.",
    stale_definition: "Somebody changed it after you opened it. Reload the page and make your change again.",
    nothing_to_publish: "There are no changes to publish.",
    segment_not_live: "This segment is not live. Publish it first.",
    columns_unavailable: "The analytics engine is away; it is usually back in a few seconds.",
    invalid_definition: "One place in the definition needs a change; it is marked.",
    forbidden: "You do not have the right to do this. If you need it, ask an administrator.",
    not_found: "Not found. It may have been deleted, or lie outside what you may see.",
    conflict: "Somebody changed this meanwhile, or the name is taken. Reload and try again.",
    busy: "The system is busy. Wait a few seconds and try again.",
    too_many_reveals: "You have been shown as much as may be in an hour; wait before you go on.",
    ended_task: "This task has ended already.",
    taken_task: "A colleague has just taken this task.",
    enquiry_closed: "This question was closed or answered already.",
    enquiry_unanswered: "Answer it first.",
    lead_open: "This customer is a lead already.",
    lead_taken: "A colleague has just taken this lead.",
    lead_ended: "This lead was won or lost already.",
    claim_limit: "By the rules of the pool you cannot take more now; follow up on those you have.",
    lead_cooling: "This lead was yours a short time ago; let a colleague try.",
    nothing_to_reveal: "This customer no longer has it; reload the page.",
    bad_split: "Take some identities out, and leave some.",
    bad_reason: "Give a reason of at most 200 characters, without a phone number or an e-mail address.",
    unknown_merge: "This merge has been undone already, or is not this customer's.",
    bad_consent: "This word cannot be kept; check the channel and the proof.",
    form_has_answers: "People have answered it, so it cannot be deleted; stop it instead.",
    definition_in_use: "It is still used elsewhere, so it cannot be deleted.",
    open_request: "There is an open request for this customer; see the page Privacy.",
    erased_customer: "This customer was erased.",
    request_decided: "This request was decided already.",
    wrong_word: "Type ERASE to confirm.",
    bad_retention: "Some number of days is out of its range.",
    export_gone: "The file is not there: not made yet, over its days, or asked for by somebody else.",
    not_copied: "The browser does not let this page copy; mark the text and copy it yourself.",
  },
};

type KnownCode = keyof (typeof known)["zh"];

export const errorTexts = defineTexts({
  zh: {
    known: known.zh,
    usedBy: (names: string) => `「${names}」还在使用它，所以不能删除。`,
    givenBy: (names: string) => `「${names}」还在打这个标签。请先改掉或停掉，再停用标签。`,
    reasonIn: "reason_zh",
    nameGap: "」「",
    unexpected: (message: string) => `出错了：${message}`,
    failed: "没有加载出来",
    noRights: "没有权限",
    retry: "重试",
    home: "回到首页",
  },
  en: {
    known: known.en,
    usedBy: (names: string) => `“${names}” still uses it, so it cannot be deleted.`,
    givenBy: (names: string) => `“${names}” still gives this tag. Change that first.`,
    reasonIn: "reason",
    nameGap: "”, “",
    unexpected: (message: string) => `Something went wrong: ${message}`,
    failed: "This could not be loaded",
    noRights: "No access",
    retry: "Try again",
    home: "Go to home",
  },
});

const BY_STATUS: Record<number, KnownCode> = {
  0: "unreachable",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  429: "busy",
  503: "busy",
};

/** The names of what still uses a thing, as its refused deletion lists them. */
function usersIn(error: ApiError): string[] {
  const users = error.fields.used_by;
  if (!Array.isArray(users)) return [];
  return users.flatMap((user: unknown) =>
    typeof user === "object" && user !== null && "name" in user && typeof user.name === "string"
      ? [user.name]
      : [],
  );
}

/** What a refusal means for the person, and what to do about it. */
export function explain(error: Error, texts: (typeof errorTexts)["zh"]): string {
  if (!("status" in error)) return texts.unexpected(error.message);
  const { status, code, message } = error as ApiError;
  const users = usersIn(error as ApiError);
  if (code === "tag_in_use") return texts.givenBy(users.join(texts.nameGap));
  const reason = (error as ApiError).fields[texts.reasonIn];
  if (code === "tag_rule_ring" && typeof reason === "string") return reason;
  if (users.length > 0) return texts.usedBy(users.join(texts.nameGap));
  const key = code in texts.known ? (code as KnownCode) : BY_STATUS[status];
  return key ? texts.known[key] : texts.unexpected(message || code);
}
