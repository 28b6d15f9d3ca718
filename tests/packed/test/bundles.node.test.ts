import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, inject, test } from "vitest";
import { ENTRIES } from "../src/packages.ts";

const consumer = inject("consumer");

async function bundle(code: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: consumer, loader: "js" },
    bundle: true,
    minify: true,
    splitting: true,
    outdir: "out",
    metafile: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
    loader: { ".wasm": "file" },
  });
  // What a page loads first: the entry and the chunks that it imports statically. Dynamic imports are loaded when needed.
  const first = new Set<string>();
  const visit = (path: string) => {
    if (first.has(path)) return;
    first.add(path);
    for (const each of metafile.outputs[path]?.imports ?? []) if (each.kind === "import-statement") visit(each.path);
  };
  visit(Object.keys(metafile.outputs).find((path) => metafile.outputs[path]?.entryPoint === "<stdin>") as string);
  const files = outputFiles.filter((file) => [...first].some((path) => file.path.endsWith(path)));
  const gzipped = files.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0);
  return { gzipped, inputs: Object.keys(metafile.inputs), text: outputFiles.map((file) => file.text).join("\n") };
}

describe.each(ENTRIES.filter(({ nodeOnly }) => !nodeOnly))("$specifier for the browser", ({ specifier }) => {
  test("bundles without a Node built-in", async () => {
    const { inputs, text } = await bundle(`export * from "${specifier}";`);
    // platform: "browser" makes esbuild fail on a built-in; what remains is a polyfill that slipped in.
    expect(inputs.filter((path) => /node_modules\/(buffer|util|stream|process|zlib|pako)\//.test(path))).toEqual([]);
    expect(inputs.filter((path) => path.includes("/pngjs/"))).toEqual([]);
    // Nor is there a way around imports.
    expect(text.match(/getBuiltinModule|["'`]node:\w+["'`]/g)).toBeNull();
  });
});

interface Ceiling {
  readonly what: string;
  readonly code: string;
  /** Bytes, minified and gzipped. Raise it only in the commit that costs it. */
  readonly ceiling: number;
}

const ceilings = JSON.parse(readFileSync(join(import.meta.dirname, "..", "sizes.json"), "utf8")) as Ceiling[];

describe("gzipped size", () => {
  test.each(ceilings)("$what", async ({ what, code, ceiling }) => {
    const { gzipped } = await bundle(code);
    console.log(`${what}: ${gzipped} of ${ceiling} bytes`);
    expect(gzipped).toBeLessThanOrEqual(ceiling);
  });
});
