import { defineTexts } from "@/shared/i18n/texts";

export const sessionTexts = defineTexts({
  zh: {
    title: "登录",
    lead: "用公司给你的账号登录。",
    email: "邮箱",
    password: "密码",
    submit: "登录",
    emailNeeded: "请填写邮箱",
    passwordNeeded: "请填写密码",
    wrong: "邮箱或密码不对。忘记密码时，请找管理员重设。",
    throttled: (seconds: number) => `尝试次数太多，请在 ${seconds} 秒后再试。`,
    again: "现在可以再试了。",
    promise: "认识每一位客户，\n好好对待每一位客户。",
    promiseText: "从公域来的每一个人，都被记得、被分层、被用心经营；每一步都有数可查。",
  },
  en: {
    title: "Log in",
    lead: "Use the account that your company gave you.",
    email: "E-mail",
    password: "Password",
    submit: "Log in",
    emailNeeded: "Enter your e-mail",
    passwordNeeded: "Enter your password",
    wrong: "E-mail or password is wrong. If you forgot it, ask an administrator to reset it.",
    throttled: (seconds: number) => `Too many attempts. Try again in ${seconds} s.`,
    again: "You can try again now.",
    promise: "Know every customer.\nTreat each one well.",
    promiseText:
      "Everyone who comes in from public platforms is remembered, understood and looked after, and every step can be measured.",
  },
});
