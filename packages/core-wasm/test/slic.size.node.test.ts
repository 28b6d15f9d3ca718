import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { base64 as scalar } from "../src/generated/slic.scalar.ts";
import { base64 as shared } from "../src/generated/slic.shared.ts";
import { base64 as simd } from "../src/generated/slic.simd.ts";

it.each([
  ["simd", simd],
  ["scalar", scalar],
  ["shared", shared],
])("the %s module is at most 12 kB gzipped", (build, text) => {
  const bytes = gzipSync(Buffer.from(text, "base64"), { level: 9 }).length;
  console.log(`slic.${build}.wasm: ${bytes} bytes gzipped`);
  expect(bytes).toBeLessThanOrEqual(12_000);
});
