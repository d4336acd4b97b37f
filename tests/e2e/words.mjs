// Prints the words of all dictionaries of the console, in both languages, as JSON; run in its folder.
// Where the value number N of a text goes stands N between two characters that no text has; how a thing is called that there may be
// one or several of stands as both, between three others.
import { globSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const SOURCES = join(process.cwd(), "src");
const DEFINE = "data:text/javascript,export const defineTexts = (texts) => texts;";
const COUNTED =
  "data:text/javascript,export const counted = (n, one, several = one + 's') => n + ' \ue002' + one + '\ue003' + several + '\ue004';";
const VALUES_MAX = 6;
const VOCABULARY = "shared/i18n/vocabulary-words.ts";

registerHooks({
  resolve(name, context, next) {
    if (name.endsWith("i18n/texts") || name === "./texts") return { url: DEFINE, shortCircuit: true };
    if (name.endsWith("i18n/counted")) return { url: COUNTED, shortCircuit: true };
    if (name.startsWith("@/")) return next(pathToFileURL(`${join(SOURCES, name.slice(2))}.ts`).href, context);
    return next(name.startsWith(".") ? `${name}.ts` : name, context);
  },
});

const values = Array.from({ length: VALUES_MAX }, (_, number) => `\ue000${number}\ue001`);

/** A text as it is, or with its holes; those that count or join what they are given are left out. */
function plain(words) {
  if (typeof words === "function") {
    try {
      const text = words(...values);
      return typeof text === "string" ? text : undefined;
    } catch {
      return undefined;
    }
  }
  if (typeof words !== "object") return words;
  return Object.fromEntries(Object.entries(words).map(([key, word]) => [key, plain(word)]));
}

const dictionaries = {};
for (const file of globSync("**/*.ts", { cwd: SOURCES })) {
  const path = join(SOURCES, file);
  if (file !== VOCABULARY && !readFileSync(path, "utf8").includes("defineTexts({")) continue;
  const name = file.replace(/^features\//, "").replace(/(-texts)?\.ts$/, "").replace(/([^/]+)\/\1$/, "$1");
  for (const found of Object.values(await import(pathToFileURL(path).href))) {
    if (typeof found !== "object" || !found.zh) continue;
    for (const language of ["zh", "en"]) {
      const before = dictionaries[language] ?? (dictionaries[language] = {});
      before[name] = { ...before[name], ...plain(found[language]) };
    }
  }
}
process.stdout.write(JSON.stringify(dictionaries));
