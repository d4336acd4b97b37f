import { defineTexts } from "@/shared/i18n/texts";

/** What is said alike of whatever has drafts and versions. */
export const definitionTexts = defineTexts({
  zh: {
    edit: "编辑",
    save: "保存草稿",
    saved: "草稿已保存",
    publish: "发布",
    publishChanges: "发布修改",
    published: "已发布",
    remove: "删除",
    removed: "已删除",
    removeSure: (name: string) => `删除「${name}」？`,
    cancel: "取消",
    waits: "有未发布的修改",
    version: (n: number) => `第 ${n} 版`,
    copy: "复制链接",
    copied: "已复制",
    open: "打开页面",
  },
  en: {
    edit: "Edit",
    save: "Save draft",
    saved: "Draft saved",
    publish: "Publish",
    publishChanges: "Publish changes",
    published: "Published",
    remove: "Delete",
    removed: "Deleted",
    removeSure: (name: string) => `Delete “${name}”?`,
    cancel: "Cancel",
    waits: "Changes wait to be published",
    version: (n: number) => `Version ${n}`,
    copy: "Copy the address",
    copied: "Copied",
    open: "Open the page",
  },
});
