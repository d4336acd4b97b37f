import { defineTexts } from "@/shared/i18n/texts";

export const privacyTexts = defineTexts({
  zh: {
    title: "个人信息",
    note: "客户有权得到一份副本，也有权要求删除。",
    export: "导出副本",
    erase: "删除客户",
    cancel: "取消",
    close: "关闭",
    exportTitle: "导出个人信息副本",
    exportText:
      "包含我们知道的关于这位客户的一切：身份、资料、授权、订单、消息、旅程和行为。文件只有你能下载，保留 7 天。",
    exportStart: "生成文件",
    exportMaking: "正在生成，通常只要几秒……",
    exportReady: "文件已生成",
    download: "下载",
    eraseTitle: (name: string) => `删除 ${name}`,
    eraseText: "删除后无法恢复。这位客户的一切个人信息会从数据库、日志、列存和文件中抹去，并签发凭证。",
    goes: "将被删除",
    stays: "留下但不再与人对应",
    staysNote: "订单金额和事件次数留在一个没有姓名的编号下，所以所有统计都不变。",
    reason: "原因",
    confirm: "永久删除",
    started: "删除已开始，完成后可在「隐私」页查看凭证",
    erasedTitle: "已删除的客户",
    erasedText: "这位客户的个人信息已按要求删除。留下的编号只用来让订单与统计保持准确。",
    certificate: "查看凭证",
  },
  en: {
    title: "Personal data",
    note: "Customers may have a copy of their data, and may have it erased.",
    export: "Export a copy",
    erase: "Erase customer",
    cancel: "Cancel",
    close: "Close",
    exportTitle: "Export a copy of personal data",
    exportText:
      "Everything we know of this customer: identities, attributes, consents, orders, messages, journeys and events. Only you can download the file; it is kept for 7 days.",
    exportStart: "Make the file",
    exportMaking: "Making it; mostly a matter of seconds…",
    exportReady: "The file is ready",
    download: "Download",
    eraseTitle: (name: string) => `Erase ${name}`,
    eraseText:
      "There is no way back. All personal data of this customer are taken out of the database, the log, the columns and files, and a certificate is signed.",
    goes: "Will be erased",
    stays: "Stays, without a person",
    staysNote:
      "Amounts of orders and counts of events stay under a number without a name, so all figures stay right.",
    reason: "Reason",
    confirm: "Erase for ever",
    started: "The erasure has begun; its certificate will be on the page Privacy",
    erasedTitle: "Erased customer",
    erasedText:
      "The personal data of this customer were erased. The number stays so that orders and figures stay right.",
    certificate: "See the certificate",
  },
});
