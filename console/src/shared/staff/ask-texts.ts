import { defineTexts } from "@/shared/i18n/texts";

/** Words of asking, wherever one asks. */
export const askTexts = defineTexts({
  zh: {
    ask: "请教",
    askAbout: (name: string) => `请教 · ${name}`,
    cancel: "取消",
    send: "发出请教",
    sent: "已发出，答复会出现在今日待办里",
    question: "我不会回答的是",
    questionNote: "说清客户的原话和情况。这段话只有你和回答的人看得到；不用写客户的姓名电话。",
    needed: "请写下问题",
    similar: "以前有人问过",
    similarNote: "先看看，也许不用问了。",
    askedBy: (name: string) => `${name} 答`,
    copy: "复制答复",
    copied: "已复制",
    wishes: "一线希望这里改",
    wishesNote: "来自一线的请教。看过、改好之后点「处理好了」；改动要发布才生效。",
    step: (n: number) => `第 ${String(n)} 步`,
    settle: "处理好了",
  },
  en: {
    ask: "Ask",
    askAbout: (name: string) => `Ask · ${name}`,
    cancel: "Cancel",
    send: "Send the question",
    sent: "Sent; the answer will stand in your inbox",
    question: "What I cannot answer",
    questionNote:
      "What the customer said, and how it came up. Only you and who answers see these words; leave out names and numbers.",
    needed: "Write the question",
    similar: "Asked before",
    similarNote: "Have a look; perhaps there is no need to ask.",
    askedBy: (name: string) => `answered by ${name}`,
    copy: "Copy the answer",
    copied: "Copied",
    wishes: "What the front line wishes here",
    wishesNote:
      "From questions of the front line. Once you have seen to one, say so; a change counts when it is published.",
    step: (n: number) => `step ${String(n)}`,
    settle: "Seen to",
  },
});
