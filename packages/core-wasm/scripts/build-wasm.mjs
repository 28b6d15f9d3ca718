// assembly/*.ts -> .wasm (AssemblyScript) -> src/generated/*.ts (as text, so that the package needs no fetch and no fs;
// in hexadecimal digits, which are longer than base64 but compress better, because bytes stay together).
// With --copy: puts the bare modules into dist/ under the names that package.json exports.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wasmFolder = join(root, ".tsbuild", "wasm");
const textFolder = join(root, "src", "generated");

/** Several threads, each with an instance of its own, over a memory that the caller brings. */
const SHARED_MEMORY = ["--importMemory", "--sharedMemory", "--maximumMemory", "65536"];

/** Branches on what no processor can guess take so long that inlining makes no difference but in size. */
const SMALL = ["--shrinkLevel", "2"];

/** One entry per module and variant; `publish` names the bare file in dist/. */
const MODULES = [
  { entry: "core", variant: "simd", features: ["simd", "bulk-memory"], publish: "core.wasm" },
  { entry: "core", variant: "scalar", features: ["bulk-memory"], publish: "core.scalar.wasm" },
  { entry: "geometry", variant: "simd", features: ["simd", "bulk-memory"], words: SMALL },
  { entry: "geometry", variant: "scalar", features: ["bulk-memory"], words: SMALL },
  { entry: "slic", variant: "simd", features: ["simd", "bulk-memory"], publish: "slic.wasm" },
  { entry: "slic", variant: "scalar", features: ["bulk-memory"], publish: "slic.scalar.wasm" },
  { entry: "slic", variant: "shared", features: ["simd", "bulk-memory", "threads"], words: SHARED_MEMORY },
].filter(({ entry }) => existsSync(join(root, "assembly", `${entry}.ts`)));

const wasmPath = ({ entry, variant }) => join(wasmFolder, `${entry}.${variant}.wasm`);

if (process.argv.includes("--copy")) {
  for (const each of MODULES) if (each.publish) copyFileSync(wasmPath(each), join(root, "dist", each.publish));
} else {
  // Loaded only here: the compiler is 15 MB of WebAssembly itself.
  const asc = (await import("assemblyscript/asc")).default;
  mkdirSync(wasmFolder, { recursive: true });
  mkdirSync(textFolder, { recursive: true });
  for (const each of MODULES) await build(asc, each);
}

async function build(asc, module) {
  const { entry, variant, features, words: more = [] } = module;
  const words = [
    join("assembly", `${entry}.ts`),
    "--outFile",
    wasmPath(module),
    "--runtime",
    "stub",
    "-O3",
    "--converge",
    "--noAssert",
    ...features.flatMap((feature) => ["--enable", feature]),
    "--use",
    `SIMD=${variant === "scalar" ? 0 : 1}`,
    ...more,
  ];
  const { error, stderr } = await asc.main(words);
  if (error) {
    process.stderr.write(stderr.toString());
    throw error;
  }
  const bytes = readFileSync(wasmPath(module));
  const text =
    `// Made by scripts/build-wasm.mjs from assembly/${entry}.ts (${variant}); not in git.\n` +
    `export const hex: string =\n  "${bytes.toString("hex")}";\n`;
  writeFileSync(join(textFolder, `${entry}.${variant}.ts`), text);
  process.stdout.write(`${entry}.${variant}: ${bytes.length} bytes\n`);
}
