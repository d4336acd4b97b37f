import { defineTexts } from "@/shared/i18n/texts";

export const sessionTexts = defineTexts({
  zh: {
    title: "登录",
    lead: "用公司给你的账号登录。",
    email: "邮箱",
    password: "密码",
    submit: "登录",
    or: "或",
    byWecom: "用企业微信登录",
    emailNeeded: "请填写邮箱",
    passwordNeeded: "请填写密码",
    wrong: "邮箱或密码不对。忘记密码时，请找管理员重设。",
    throttled: (seconds: number) => `尝试次数太多，请在 ${seconds} 秒后再试。`,
    again: "现在可以再试了。",
    wecom: {
      unproven_member: "这是第一次用企业微信登录：请先用密码登录，再用企业微信登录一次，以确认是你本人。",
      unauthenticated: "没有认出你：登录码已失效，或你还不在员工名单里。",
      too_many_attempts: "尝试次数太多，请稍后再试。",
      state: "登录没有完成，请重新开始。",
    },
    wecomFailed: "企业微信登录没有成功，请稍后再试，或用密码登录。",
    promise: "认识每一位客户，\n好好对待每一位客户。",
    promiseText: "从公域来的每一个人，都被记得、被分层、被用心经营；每一步都有数可查。",
  },
  en: {
    title: "Log in",
    lead: "Use the account that your company gave you.",
    email: "E-mail",
    password: "Password",
    submit: "Log in",
    or: "or",
    byWecom: "Log in by WeCom",
    emailNeeded: "Enter your e-mail",
    passwordNeeded: "Enter your password",
    wrong: "E-mail or password is wrong. If you forgot it, ask an administrator to reset it.",
    throttled: (seconds: number) => `Too many attempts. Try again in ${seconds} s.`,
    again: "You can try again now.",
    wecom: {
      unproven_member:
        "This is your first time by WeCom: log in by your password first, then once by WeCom, to show that it is you.",
      unauthenticated:
        "You were not recognised: the code is used or too old, or you are not among the staff yet.",
      too_many_attempts: "Too many attempts. Try again later.",
      state: "The log-in was not finished. Please begin again.",
    },
    wecomFailed: "Logging in by WeCom failed. Try again later, or use your password.",
    promise: "Know every customer.\nTreat each one well.",
    promiseText:
      "Everyone who comes in from public platforms is remembered, understood and looked after, and every step can be measured.",
  },
});
