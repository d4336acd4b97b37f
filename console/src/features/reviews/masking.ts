const firstOf = (text: string) => String.fromCodePoint(text.codePointAt(0) ?? 0x2a);

/** Just the surname of a Chinese name, the first letters of others: whose it is can be guessed by those who know them alone. */
export function maskedName(name: string): string {
  const trimmed = name.trim();
  if (/\p{Script=Han}/u.test(trimmed)) return `${firstOf(trimmed)}*`;
  return trimmed
    .split(/\s+/)
    .map((part) => `${firstOf(part)}*`)
    .join(" ");
}

/** A text in which no phone number can be read, nor any of the names. */
export function maskedText(text: string, names: readonly string[]): string {
  const unnumbered = text.replaceAll(/(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)/g, "$1****$2");
  return names
    .filter((name) => name.trim().length > 1)
    .reduce((told, name) => told.replaceAll(name, maskedName(name)), unnumbered);
}
