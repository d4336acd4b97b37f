import type { ApiError } from "@/api/client";
import { defineTexts } from "@/shared/i18n/texts";
import { errorWords, faultWords } from "./error-words";

/** By the codes of refusals, and by what follows from a status alone. */
type Known = Readonly<Record<string, string>>;

const inChinese: Known = { ...faultWords, ...errorWords.zh };
const inEnglish: Known = errorWords.en;

export const errorTexts = defineTexts({
  zh: {
    known: inChinese,
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
    known: inEnglish,
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

const BY_STATUS: Readonly<Record<number, keyof (typeof errorWords)["zh"]>> = {
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
  const words = texts.known[code];
  if (words) return words;
  if (code in faultWords) return message;
  return texts.known[BY_STATUS[status] ?? ""] ?? texts.unexpected(message || code);
}
