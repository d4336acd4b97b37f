import styles from "./person-avatar.module.css";

const TINTS = ["pine", "amber", "blue", "clay", "plum", "olive"] as const;

/** What people are called by after their name; it tells nobody apart. */
const TITLES = /(?<=\p{Script=Han})(老师|医生|律师|经理|店长|顾问)$/u;

/** The last two characters of a Chinese name, the first letters of another. */
export function initials(name: string): string {
  const trimmed = name.trim().replace(TITLES, "");
  if (/\p{Script=Han}/u.test(trimmed))
    return Array.from(trimmed.replace(/\P{Script=Han}/gu, ""))
      .slice(-2)
      .join("");
  const words = trimmed.split(/[\s._@#-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.length > 1 ? [words[0]?.[0], words[1]?.[0]] : [words[0]?.slice(0, 2)];
  return letters.join("").toUpperCase() || "?";
}

function tintOf(name: string): string {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 997;
  return TINTS[sum % TINTS.length] ?? "pine";
}

/** Decoration beside a name that is always written out, hence hidden from screen readers. */
export function PersonAvatar({ name, size = 32 }: { name: string; size?: number }) {
  return (
    <span
      aria-hidden="true"
      className={`${styles.avatar} ${styles[tintOf(name)]}`}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.38) }}
    >
      {initials(name)}
    </span>
  );
}
