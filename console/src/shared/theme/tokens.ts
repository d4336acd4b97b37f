/**
 * The look of Siyu, in one place. Every colour, size and radius used anywhere comes from here: as a CSS variable
 * (`--ink-soft`) in style sheets, as a value in the theme of antd and in charts.
 *
 * The idea: paper, ink and pine; one cinnabar seal. Lines instead of shadows, and colour only where it means something.
 */
export const lightColours = {
  ground: "#f7f7f3",
  surface: "#ffffff",
  sunken: "#f1f1ec",
  line: "#e6e6df",
  lineStrong: "#cfd0c7",
  ink: "#16201b",
  inkSoft: "#47524c",
  inkFaint: "#5f6a63",
  brand: "#0f6b57",
  brandStrong: "#0b5545",
  brandSoft: "#e3f0eb",
  onBrand: "#ffffff",
  seal: "#d4472f",
  amber: "#8f5a0a",
  amberSoft: "#faf0da",
  danger: "#b0352a",
  dangerSoft: "#fbebe8",
  info: "#2c5c93",
  infoSoft: "#e8eff8",
  chartA: "#14806a",
  chartB: "#d59a3a",
  chartGrid: "#ebebe5",
};

export type Colours = typeof lightColours;

export const darkColours: Colours = {
  ground: "#0d1311",
  surface: "#141c19",
  sunken: "#1a2420",
  line: "#25312c",
  lineStrong: "#3a4943",
  ink: "#e9eeeb",
  inkSoft: "#bac6c0",
  inkFaint: "#8f9d96",
  brand: "#62cba7",
  brandStrong: "#86dcbf",
  brandSoft: "#17332a",
  onBrand: "#08251c",
  seal: "#e2573f",
  amber: "#e2b25c",
  amberSoft: "#33280f",
  danger: "#f0897e",
  dangerSoft: "#3a1d19",
  info: "#8db7e8",
  infoSoft: "#18273a",
  chartA: "#3fae8d",
  chartB: "#dca94e",
  chartGrid: "#222d28",
};

/** The side navigation is dark in both themes. */
export const navColours = {
  navGround: "#10201b",
  navRaised: "#1c3129",
  navLine: "#223a31",
  navInk: "#f1f6f3",
  navInkSoft: "#aabdb4",
};

/** What tags are marked with, in both themes: a dot of it, and mixed into paper and ink. */
export const tagColours = {
  tagGrey: "#7c8580",
  tagRed: "#d4472f",
  tagOrange: "#d9771f",
  tagYellow: "#c79a12",
  tagGreen: "#4a9a3c",
  tagTeal: "#14806a",
  tagBlue: "#2f72c4",
  tagPurple: "#8158c2",
  tagPink: "#cc4f8a",
};

export const fontFamily =
  '"SF Pro Text", -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", ' +
  '"Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif';

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Puts the colours of one theme on the document, where style sheets read them. */
export function applyColours(colours: Colours, mode: "light" | "dark") {
  const root = document.documentElement;
  for (const [name, value] of Object.entries({ ...colours, ...navColours, ...tagColours })) {
    root.style.setProperty(`--${kebab(name)}`, value);
  }
  root.style.setProperty("--font", fontFamily);
  root.style.colorScheme = mode;
  root.dataset.theme = mode;
}
