import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

/** A page, as what draws it: modules by the ends of their paths. */
export type FirstPages = Readonly<Record<string, readonly string[]>>;

const PRESSED = /\.(js|css|svg)$/;
/** Below this a file and its answer's head fit into one packet anyway. */
const PRESSED_BYTES_MIN = 1024;
const DEAREST_TOLD = 8;

const pressed = (content: string | Uint8Array) => gzipSync(content, { level: 9 });

type Pieces = ReadonlyMap<string, Rolldown.OutputChunk>;

/** The files that the browser fetches before these run: they, and what they import outright. */
function filesOf(pieces: Pieces, files: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    pieces.get(file)?.imports.forEach(add);
  };
  for (const file of files) add(file);
  return found;
}

/** The file that begins with the module whose path ends so. */
function fileOf(pieces: Pieces, end: string): string {
  for (const [file, piece] of pieces) if (piece.facadeModuleId?.endsWith(end)) return file;
  throw new Error(`No piece of the bundle begins with ${end}`);
}

/**
 * Writes each file pressed beside itself, as it will be served; and refuses a build whose first pages need more script than
 * `bytesMax` (gzip), or with files that need each other: they would run in an order that nobody chose. What a page fetches after
 * it was painted (its chart, a dialog) is no part of its script.
 */
export function servedFiles(pages: FirstPages, bytesMax: number): Plugin {
  return {
    name: "siyu:served-files",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      const sizes = new Map<string, number>();
      for (const name of Object.keys(bundle).filter((each) => PRESSED.test(each))) {
        const content = await readFile(join(dir ?? "", name));
        const small = pressed(content);
        sizes.set(name, small.length);
        if (content.length >= PRESSED_BYTES_MIN) await writeFile(join(dir ?? "", `${name}.gz`), small);
      }
      const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
      const pieces: Pieces = new Map(chunks.map((each) => [each.fileName, each]));
      const circle = chunks.filter((each) => filesOf(pieces, each.imports).has(each.fileName));
      if (circle.length > 0) {
        this.error(`Files need each other: ${circle.map((each) => each.fileName).join(", ")}`);
      }
      for (const [page, ends] of Object.entries(pages)) {
        const files = filesOf(
          pieces,
          ends.map((end) => fileOf(pieces, end)),
        );
        const weights = [...files].map((file) => [file, sizes.get(file) ?? 0] as const);
        const bytes = weights.reduce((sum, [, each]) => sum + each, 0);
        const told = `${page}: ${bytes} bytes of script in ${weights.length} files`;
        if (bytes > bytesMax) {
          const dearest = weights.toSorted(([, one], [, other]) => other - one).slice(0, DEAREST_TOLD);
          this.error(`${told}; at most ${bytesMax}. ${dearest.map((each) => each.join(" ")).join(", ")}`);
        }
        this.info(told);
      }
    },
  };
}
