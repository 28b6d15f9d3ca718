// What only a fresh process shows: memory, growth, the cost of importing and of the first call.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { against, median, ms, table } from "./measure.mjs";

const MEGABYTE = 2 ** 20;

/** Runs a program with @isic/core-wasm/node as `core` in a process of its own; resolves to what it prints. */
function run(program, ...words) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--expose-gc", "--input-type=module", "-e", program, ...words],
    {
      encoding: "utf8",
      cwd: import.meta.dirname,
    },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

// Not resourceUsage().maxRSS: on Linux that begins with what the parent had when it made this process.
const MEMORY = `
import { readFileSync } from "node:fs";
const most = () => Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
import * as core from "@isic/core-wasm/node";
const bytes = readFileSync(process.argv[1]);
const before = most();
const { labels } = process.argv[2] === "sync" ? core.readSuperpixelsSync(bytes) : await core.readSuperpixels(bytes);
console.log(JSON.stringify({ grown: (most() - before) * 1024, labels: labels.data.byteLength }));
`;

const SOAK = `
import { readFileSync } from "node:fs";
import * as core from "@isic/core-wasm/node";
const bytes = readFileSync(process.argv[1]);
const rss = [];
for (let i = 0; i <= 1200; i++) {
  const { map } = i % 2 ? core.readSuperpixelsSync(bytes) : await core.readSuperpixels(bytes);
  if (map.count === 0) throw new Error("no map");
  if (i % 200 !== 0) continue;
  gc();
  await new Promise((resolve) => setTimeout(resolve, 50));
  rss.push(process.memoryUsage().rss);
}
console.log(JSON.stringify({ rss }));
`;

const IMPORT = `
const load = async (name) => { const started = performance.now(); const module = await import(name); return [performance.now() - started, module]; };
await load("data:text/javascript,export const warm = 1");
const [empty] = await load("data:text/javascript,export const x = 1");
const [time, core] = await load("@isic/core-wasm");
const rgb = new Uint8Array(3);
const started = performance.now();
core.decodeRgb(rgb, 1, 1);
console.log(JSON.stringify({ empty, time, first: performance.now() - started }));
`;

const BUNDLED = `
const load = async (name) => { const started = performance.now(); await import(name); return performance.now() - started; };
await load(process.argv[1]);
const empty = await load(process.argv[2]);
console.log(JSON.stringify({ empty, time: await load(process.argv[3]) }));
`;

/** Engines look at every line of a module before it runs. */
const BUNDLES = {
  "labels and maps": "{ decodeRgb, buildMap, pixelsOf }",
  "labels, maps and files": "{ decodeRgb, buildMap, pixelsOf, readSuperpixelPng, readSuperpixels }",
  "the whole package": "*",
};

export async function processes(maps) {
  const folder = join(tmpdir(), `isic-bench-${process.pid}`);
  const paths = maps.map(({ bytes }, i) => {
    const path = `${folder}-${i}.png`;
    writeFileSync(path, bytes);
    return path;
  });
  try {
    const rows = [];
    for (const way of ["sync", "promise"]) {
      const { grown, labels } = run(MEMORY, paths[2], way);
      rows.push({
        what: `maxRSS of one read of 24 Mpx, ${way}`,
        measured: `${ms(grown / MEGABYTE)} MB, ${against(grown / labels, 5, "x the labels")}`,
      });
    }
    const { rss } = run(SOAK, paths[0]);
    rows.push({
      what: "RSS every 200 of 1200 reads",
      measured: `${rss.map((bytes) => ms(bytes / MEGABYTE)).join(", ")} MB`,
    });
    const imports = Array.from({ length: 15 }, () => run(IMPORT));
    const first = median(imports.map((each) => each.first));
    rows.push({ what: "first call (compiles the module)", measured: against(first, 5, "ms") });
    const files = median(imports.map((each) => each.time - each.empty));
    rows.push({ what: "import of the package, file by file, over an empty module", measured: `${ms(files)} ms` });
    for (const [what, names] of Object.entries(BUNDLES)) {
      rows.push({
        what: `import of ${what} as one bundle, over an empty module`,
        measured: against(await bundled(folder, names), 1, "ms"),
      });
    }
    table("Processes", rows);
  } finally {
    for (const path of paths) rmSync(path, { force: true });
  }
}

async function bundled(folder, names) {
  // The package weighs its own bundles with it.
  const { build } = createRequire(import.meta.resolve("@isic/core-wasm/package.json"))("esbuild");
  const paths = ["warm", "empty", "core"].map((name) => `${folder}-${name}.mjs`);
  try {
    writeFileSync(paths[0], "export const warm = 1;");
    writeFileSync(paths[1], "export const x = 1;");
    const stdin = { contents: `export ${names} from "@isic/core-wasm";`, resolveDir: import.meta.dirname };
    await build({ stdin, bundle: true, minify: true, format: "esm", outfile: paths[2] });
    const times = Array.from({ length: 15 }, () => run(BUNDLED, ...paths.map((path) => `file://${path}`)));
    return median(times.map(({ empty, time }) => time - empty));
  } finally {
    for (const path of paths) rmSync(path, { force: true });
  }
}
