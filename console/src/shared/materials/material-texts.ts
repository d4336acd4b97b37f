import { defineTexts } from "@/shared/i18n/texts";

export const materialTexts = defineTexts({
  zh: {
    choose: "从素材库选",
    placeholder: "搜索素材",
    script: "搜索话术库",
    kinds: {
      text: "文字",
      image: "图片",
      file: "文件",
      link: "链接",
      miniprogram: "小程序",
      article: "文章",
    },
  },
  en: {
    choose: "From the materials",
    placeholder: "Search materials",
    script: "Search the scripts",
    kinds: {
      text: "Text",
      image: "Picture",
      file: "File",
      link: "Link",
      miniprogram: "Mini-program",
      article: "Article",
    },
  },
});
