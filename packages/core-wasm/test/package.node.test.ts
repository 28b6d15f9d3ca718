// What people get: how large it is, what it reaches for, what importing it does.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterEach, describe, expect, test, vi } from "vitest";

async function bundle(entry: string, names: string): Promise<string> {
  const path = fileURLToPath(new URL(`../src/${entry}`, import.meta.url));
  const result = await build({
    stdin: { contents: `export ${names} from ${JSON.stringify(path)};`, resolveDir: "." },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  return result.outputFiles[0]!.text;
}

function gzipped(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}

describe("bundles for browsers", () => {
  // Raise a number in the commit that costs it.
  test.each([
    ["the decoder alone", "index.ts", "{ decodeRgb }", 3600],
    [
      "files, labels and maps",
      "index.ts",
      "{ readSuperpixelPng, readSuperpixels, decodeRgb, decodeRgba, decodeRgbInto, decodeRgbaInto, decodeRaster, buildMap, buildMapInto, pixelsOf, pixelCount, pixelCounts }",
      9250,
    ],
    ["outlines, with a module of their own", "index.ts", "{ outlines, svgPath }", 4200],
    ["everything", "index.ts", "*", 19_300],
  ])("%s", async (_what, entry, names, most) => {
    expect(gzipped(await bundle(entry, names))).toBeLessThanOrEqual(most);
  });

  test("no bundle has the scalar build", async () => {
    const { hex } = await import("../src/generated/core.scalar.ts");
    expect(await bundle("index.ts", "*")).not.toContain(hex.slice(100, 200));
  });

  test("what nobody uses leaves nothing behind", async () => {
    expect(await bundle("index.ts", "{}")).toBe("");
  });
});

describe("without WebAssembly", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test("importing touches nothing of it, and the twin takes over", async () => {
    const touched: string[] = [];
    const forbidden = new Proxy(WebAssembly, {
      get(_target, name): unknown {
        touched.push(String(name));
        throw new EvalError("Refused to compile WebAssembly: 'wasm-unsafe-eval' is not allowed");
      },
    });
    vi.stubGlobal("WebAssembly", forbidden);
    vi.resetModules();
    const core = await import("../src/index.ts");
    const node = await import("../src/node.ts");
    expect(touched).toEqual([]);
    const labels = core.decodeRgb(new Uint8Array([1, 1, 0, 2, 0, 0]), 2, 1);
    expect(touched).toEqual(["Module"]);
    expect([...labels.data]).toEqual([257, 2]);
    expect([...core.buildMap(labels).pixels]).toEqual([1, 0]);
    const file = node.writeSuperpixelPngSync(labels);
    expect(node.readSuperpixelsSync(file).labels).toEqual(labels);
    expect((await core.readSuperpixels(file)).labels).toEqual(labels);
    // It was tried once.
    expect(touched).toEqual(["Module"]);
  });

  test("a host without SIMD goes on with the twin", async () => {
    const Module = vi.fn(function refuse() {
      throw new WebAssembly.CompileError("invalid opcode 0xfd");
    });
    vi.stubGlobal("WebAssembly", { ...WebAssembly, Module, CompileError: WebAssembly.CompileError });
    vi.resetModules();
    const core = await import("../src/index.ts");
    expect([...core.decodeRgba(new Uint8Array([1, 1, 0, 2]), 1, 1).data]).toEqual([257]);
    expect(Module).toHaveBeenCalledOnce();
  });

  test("an engine that compiles but refuses to instantiate goes on with the twin", async () => {
    const Instance = vi.fn(function refuse() {
      throw new EvalError("Refused to create a WebAssembly object");
    });
    vi.stubGlobal("WebAssembly", { Module: WebAssembly.Module, Memory: WebAssembly.Memory, Instance });
    vi.resetModules();
    const core = await import("../src/index.ts");
    const { computeSuperpixelsSync } = await import("../src/slic/index.ts");
    expect([...core.decodeRgba(new Uint8Array([1, 1, 0, 2]), 1, 1).data]).toEqual([257]);
    expect([...core.decodeRgba(new Uint8Array([2, 1, 0, 2]), 1, 1).data]).toEqual([258]);
    expect(Instance).toHaveBeenCalledOnce();
    const raster = { width: 4, height: 4, channels: 1 as const, data: new Uint8Array(16) };
    expect(computeSuperpixelsSync(raster, { segments: 1 }).count).toBe(1);
    expect(computeSuperpixelsSync(raster, { segments: 1 }).count).toBe(1);
    expect(Instance).toHaveBeenCalledTimes(2);
  });
});
