// libjpeg-turbo's WebAssembly and its loader, from the package that builds them, as one module without imports
// (src/generated/libjpeg-turbo.ts; not in git): no fetch, no fs, no plugin of a bundler, the same in Node and in pages.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { resolve } = createRequire(import.meta.url);
const PACKAGE = "@cornerstonejs/codec-libjpeg-turbo-8bit";

const { outputFiles } = await build({
  stdin: { contents: `export { default } from "${PACKAGE}/decodewasmjs";`, resolveDir: root },
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  globalName: "loader",
  target: "es2022",
  // Without a process there is no way to `require` in it: what is left runs everywhere.
  define: { process: "undefined", __dirname: '""', __filename: '""' },
  external: ["fs", "path"],
});
const loader = outputFiles[0].text;
if (/require\(|import\(/.test(loader))
  throw new Error(`The loader of ${PACKAGE} reaches for modules: look at it anew.`);
// In hexadecimal digits, which are longer than base64 but compress better, because bytes stay together.
const wasm = readFileSync(resolve(`${PACKAGE}/decodewasm`)).toString("hex");

mkdirSync(join(root, "src", "generated"), { recursive: true });
writeFileSync(
  join(root, "src", "generated", "libjpeg-turbo.ts"),
  `// @ts-nocheck
// Made by scripts/embed-libjpeg-turbo.mjs from ${PACKAGE}; not in git. Licences: THIRD-PARTY.md.
export function createTurbo(options: object): Promise<unknown> {
  ${loader.replace(/^"use strict";/, "").trim()}
  return loader.default(options);
}
export const wasmHex: string = "${wasm}";
`,
);
process.stdout.write(`libjpeg-turbo: ${wasm.length} characters\n`);
