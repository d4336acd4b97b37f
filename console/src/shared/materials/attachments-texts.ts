import { defineTexts } from "@/shared/i18n/texts";

export const attachmentsTexts = defineTexts({
  zh: {
    title: "附件",
    kinds: { image: "图片", link: "链接", file: "文件", miniprogram: "小程序" },
    fields: {
      source: "网址或素材 ID",
      url: "网址",
      title: "标题",
      description: "说明",
      appid: "小程序 AppID",
      page: "页面路径",
      media_id: "封面素材 ID",
    },
    one: (n: number) => `附件 ${n}`,
    remove: (name: string) => `删掉 ${name}`,
    note: "企业微信的文件和小程序封面要用素材 ID，三天内有效；过期会标为“素材已过期”。",
  },
  en: {
    title: "Attachments",
    kinds: { image: "Picture", link: "Link", file: "File", miniprogram: "Mini program" },
    fields: {
      source: "Address or media id",
      url: "Address",
      title: "Title",
      description: "Description",
      appid: "AppID",
      page: "Page",
      media_id: "Media id of the cover",
    },
    one: (n: number) => `Attachment ${n}`,
    remove: (name: string) => `Remove ${name}`,
    note: "Files and covers in WeCom need a media id, which lives for three days; then they are marked as expired.",
  },
});
