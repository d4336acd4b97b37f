import { fontFamily, type Colours } from "@/shared/theme/tokens";

/** What a long picture for phones is made of, in words that are ready to be shown. */
export interface Picture {
  brand: string;
  title: string;
  days: string;
  rows: { name: string; value: string; notes: string[]; share: number | null; isGood: boolean | null }[];
  sections: { title: string; lines: string[] }[];
  foot: string;
}

const WIDTH = 750;
const EDGE = 48;
const INNER = WIDTH - 2 * EDGE;

/** Lines no wider than the picture; Chinese may break anywhere, words of others at blanks. */
function wrapped(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const piece of paragraph.match(/[\p{L}\p{N}\p{M}.,%'’-]+|\s|./gu) ?? []) {
      const parts = /\p{Script=Han}/u.test(piece) ? Array.from(piece) : [piece];
      for (const part of parts) {
        if (line && context.measureText(line + part).width > width) {
          lines.push(line.trimEnd());
          line = part.trimStart();
        } else line += part;
      }
    }
    lines.push(line);
  }
  return lines;
}

class Pen {
  y = 0;
  constructor(
    readonly context: CanvasRenderingContext2D,
    readonly colours: Colours,
    readonly isDry: boolean,
  ) {}

  font(size: number, weight = 400) {
    this.context.font = `${weight} ${size}px ${fontFamily}`;
  }

  text(words: string, size: number, colour: string, weight = 400, width = INNER, indent = 0) {
    this.font(size, weight);
    for (const line of wrapped(this.context, words, width)) {
      this.y += size * 1.45;
      if (this.isDry) continue;
      this.context.fillStyle = colour;
      this.context.fillText(line, EDGE + indent, this.y - size * 0.35);
    }
  }

  box(x: number, y: number, width: number, height: number, colour: string, radius: number) {
    if (this.isDry || width <= 0) return;
    this.context.fillStyle = colour;
    this.context.beginPath();
    this.context.roundRect(x, y, width, height, radius);
    this.context.fill();
  }
}

/** Draws it once to find out how long it is, then for good. */
function write(pen: Pen, picture: Picture) {
  const { colours } = pen;
  pen.box(0, 0, WIDTH, 14, colours.brand, 0);
  pen.y = 52;
  pen.text(picture.brand, 26, colours.inkSoft);
  pen.y += 6;
  pen.text(picture.title, 46, colours.ink, 700);
  pen.text(picture.days, 26, colours.inkFaint);
  pen.y += 28;
  for (const row of picture.rows) {
    const height = row.share === null ? 172 : 200;
    pen.box(EDGE, pen.y, INNER, height, colours.surface, 20);
    const bottom = pen.y + height;
    pen.y += 20;
    pen.text(row.name, 26, colours.inkSoft, 400, INNER - 56, 28);
    pen.text(row.value, 44, colours.ink, 700, INNER - 56, 28);
    const tone = row.isGood === null ? colours.inkSoft : row.isGood ? colours.brand : colours.danger;
    pen.text(row.notes.join("   "), 24, tone, 400, INNER - 56, 28);
    if (row.share !== null) {
      pen.box(EDGE + 28, bottom - 30, INNER - 56, 10, colours.sunken, 5);
      pen.box(
        EDGE + 28,
        bottom - 30,
        (INNER - 56) * Math.min(Math.max(row.share, 0), 1),
        10,
        colours.brand,
        5,
      );
    }
    pen.y = bottom + 18;
  }
  for (const section of picture.sections) {
    pen.y += 18;
    pen.text(section.title, 30, colours.brand, 700);
    pen.y += 4;
    for (const line of section.lines) pen.text(line, 27, colours.ink);
  }
  pen.y += 36;
  pen.text(picture.foot, 22, colours.inkFaint);
  pen.y += 36;
}

/** Puts the picture on a canvas that becomes as high as it needs. */
export function draw(canvas: HTMLCanvasElement, picture: Picture, colours: Colours) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const trial = new Pen(context, colours, true);
  write(trial, picture);
  canvas.width = WIDTH;
  canvas.height = Math.ceil(trial.y);
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  write(new Pen(context, colours, false), picture);
}
