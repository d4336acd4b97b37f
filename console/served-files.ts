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

/** All pieces that the browser fetches before the given ones run: they, and what they import outright. */
function piecesOf(bundle: Rolldown.OutputBundle, entries: readonly string[]): Rolldown.OutputChunk[] {
  const pieces = Object.values(bundle).filter((each) => each.type === "chunk");
  const found = new Set<Rolldown.OutputChunk>();
  const add = (piece: Rolldown.OutputChunk | undefined) => {
    if (!piece || found.has(piece)) return;
    found.add(piece);
    for (const name of piece.imports) add(pieces.find((each) => each.fileName === name));
  };
  for (const end of entries) {
    const piece = pieces.find((each) => each.facadeModuleId?.endsWith(end));
    if (!piece) throw new Error(`No piece of the bundle begins with ${end}`);
    add(piece);
  }
  return [...found];
}

/**
 * Writes each file pressed beside itself, as it will be served; and refuses a build whose first pages need more script than
 * `bytesMax` (gzip). What a page fetches after it was painted (its chart, a dialog) is no part of that.
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
      for (const [page, entries] of Object.entries(pages)) {
        const weights = piecesOf(bundle, entries).map(
          ({ fileName }) => [fileName, sizes.get(fileName) ?? 0] as const,
        );
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
