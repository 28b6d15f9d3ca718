// What a page has to load: bundled by Vite from the sources, minified, split, gzipped file by file.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { beforeAll, describe, expect, test } from "vitest";

const FIRST_LOAD = 40_000;
/**
 * All that a page of the public archive may ever load. It should come to 90,000: SLIC and its pool are 23,000 of it,
 * patterns 7,000, reading and parting searches 6,000.
 */
const ALL_OF_V2 = 133_000;

/** Read on their own: a page loads them for a format or a request that most never meet. */
const APART: Readonly<Record<string, RegExp>> = {
  "JPEG decoder": /libjpeg-turbo|\/codecs\/jpeg\/(coefficients|decode|turbo)/,
  "Parquet reader": /hyparquet/,
};

type Chunk = Rolldown.OutputChunk;

let chunks: readonly Chunk[];
beforeAll(async () => {
  const built = await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["@isic/source", "module", "browser", "default"] },
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: fileURLToPath(new URL("support/walk-page.ts", import.meta.url)) },
    },
  });
  chunks = (built as Rolldown.RolldownOutput).output.filter((file) => file.type === "chunk");
});

/** The page's own file and all that is loaded with or after it, without the chunks for which `stop` holds and what only these load. */
function reached(later: boolean, stop: (chunk: Chunk) => boolean = () => false): Set<Chunk> {
  const found = new Set<Chunk>();
  const load = (chunk: Chunk | undefined): void => {
    if (chunk === undefined || found.has(chunk) || stop(chunk)) return;
    found.add(chunk);
    for (const name of later ? [...chunk.imports, ...chunk.dynamicImports] : chunk.imports)
      load(chunks.find(({ fileName }) => fileName === name));
  };
  load(chunks.find(({ isEntry }) => isEntry));
  return found;
}

/** What only one API leads to: its client, what speaks it, and the objects that the other has not. */
const OF: Readonly<Record<"v1" | "v2", RegExp>> = {
  v1: /\/api-client\/src\/v1\/|\/archive\/[\w-]*v1[\w-]*\.ts|\/isic\/src\/studies\/|\/object-index/,
  v2: /\/api-client\/src\/v2\/|\/archive\/[\w-]*v2[\w-]*\.ts|\/groups\/collections|\/column-index/,
};

const speaks =
  (api: "v1" | "v2") =>
  ({ moduleIds }: Chunk): boolean =>
    moduleIds.some((id) => OF[api].test(id));

function isApart({ moduleIds }: Chunk): boolean {
  return moduleIds.some((id) => Object.values(APART).some((pattern) => pattern.test(id)));
}

function bytesOf(what: string, loaded: Iterable<Chunk>): number {
  const bytes = [...loaded].reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  console.log(`${what}: ${bytes} bytes`);
  return bytes;
}

describe("gzipped bytes of a page that does the walk", () => {
  test("its first load", () => {
    expect(bytesOf("first load", reached(false))).toBeLessThanOrEqual(FIRST_LOAD);
  });

  test.each([
    ["v2", "v1"],
    ["v1", "v2"],
  ] as const)("everything it may load on %s, of which nothing is %s's", (own, other) => {
    const loaded = reached(true, (chunk) => speaks(other)(chunk) || isApart(chunk));
    expect([...loaded].some(speaks(own))).toBe(true);
    const bytes = bytesOf(`everything on ${own}`, loaded);
    if (own === "v2") expect(bytes).toBeLessThanOrEqual(ALL_OF_V2);
    // No chunk that both need may hold the other's code, or it would have been left out above with all that is behind it.
    expect(chunks.filter((chunk) => speaks(own)(chunk) && speaks(other)(chunk))).toEqual([]);
  });

  test("its first load speaks neither API", () => {
    expect([...reached(false)].filter((chunk) => speaks("v1")(chunk) || speaks("v2")(chunk))).toEqual([]);
  });

  test("what stands apart is reported, and loaded later", () => {
    for (const [what, pattern] of Object.entries(APART)) {
      // None where the browser's own does it.
      const own = chunks.filter(({ moduleIds }) => moduleIds.some((id) => pattern.test(id)));
      bytesOf(what, own);
      expect(own.some((chunk) => reached(false).has(chunk))).toBe(false);
    }
  });
});
