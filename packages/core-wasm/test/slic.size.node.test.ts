import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { hex as scalar } from "../src/generated/slic.scalar.ts";
import { hex as shared } from "../src/generated/slic.shared.ts";
import { hex as simd } from "../src/generated/slic.simd.ts";

const gzipped = (data: Uint8Array): number => gzipSync(data, { level: 9 }).length;

it.each([
  ["simd", simd],
  ["scalar", scalar],
  ["shared", shared],
])("the %s module is at most 12 kB gzipped", (_variant, text) => {
  expect(gzipped(Buffer.from(text, "hex"))).toBeLessThanOrEqual(12_000);
});

it("the entry brings the SIMD module alone, in at most 13.1 kB gzipped", async () => {
  const entry = fileURLToPath(new URL("../src/slic/index.ts", import.meta.url));
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  const { contents, text } = bundle.outputFiles[0]!;
  expect(gzipped(contents)).toBeLessThanOrEqual(13_100);
  expect(text).toContain(simd);
  expect(text).not.toContain(scalar.slice(200, 400));
  expect(text).not.toContain(shared.slice(200, 400));
});
