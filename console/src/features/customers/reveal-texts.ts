import { defineTexts } from "@/shared/i18n/texts";

export const revealTexts = defineTexts({
  zh: {
    show: (what: string) => `查看完整${what}`,
    hide: "重新遮住",
    title: (what: string) => `查看完整${what}`,
    ok: "查看",
    cancel: "取消",
    reason: "查看原因",
    reasonNote: "会连同你的名字记入审计。请勿填写手机号或邮箱。",
    reasonWrong: "请写明原因，200 字以内，不含手机号或邮箱。",
    reasons: { call: "联系客户", check: "核对身份", complaint: "处理投诉" },
    left: (seconds: number) => `${seconds} 秒后遮住`,
    shown: "已显示完整内容，一分钟后自动遮住。",
  },
  en: {
    show: (what: string) => `Show the whole ${what}`,
    hide: "Mask again",
    title: (what: string) => `Show the whole ${what}`,
    ok: "Show",
    cancel: "Cancel",
    reason: "What for",
    reasonNote: "Goes into the audit with your name. Write no phone or e-mail here.",
    reasonWrong: "Say what for, in at most 200 characters, without a phone or an e-mail.",
    reasons: { call: "To call them", check: "To check who they are", complaint: "To settle a complaint" },
    left: (seconds: number) => `masked in ${seconds} s`,
    shown: "Shown whole; masked again in a minute.",
  },
});
