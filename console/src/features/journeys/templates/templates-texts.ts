import { counted } from "@/shared/i18n/counted";
import { defineTexts } from "@/shared/i18n/texts";

/** The words of beginning with a template. */
export const templatesTexts = defineTexts({
  zh: {
    title: "从模板开始",
    lead: "目标 → 日程 → 话术，都已排好；建成草稿后再改成自己的。",
    journeys: "旅程",
    goalOf: (text: string) => `目标：${text}`,
    days: (n: number) => `${n} 天`,
    kinds: "模板",
    preview: "看看日程",
    make: "用这个模板",
    made: "草稿已建好，改成自己的再发布",
    name: "旅程名称",
    segment: "谁进入这个人群就开始",
    segmentNeeded: "请选择人群",
    channel: "消息用哪个渠道",
    subjects: { customer: "客户", group: "客户群", account: "朋友圈" },
  },
  en: {
    title: "Begin with a template",
    lead: "Goal → days → words, all laid out; it becomes a draft for you to make your own.",
    journeys: "Journeys",
    goalOf: (text: string) => `Goal: ${text}`,
    days: (n: number) => counted(n, "day"),
    kinds: "Templates",
    preview: "The days",
    make: "Use this template",
    made: "The draft is there; make it your own, then publish it",
    name: "Name of the journey",
    segment: "Begins for who enters this segment",
    segmentNeeded: "Choose a segment",
    channel: "Channel of the messages",
    subjects: { customer: "Customers", group: "Groups", account: "Moments" },
  },
});
