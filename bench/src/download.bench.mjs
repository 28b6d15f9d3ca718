// 2 000 images of 100 kB from a server in another process: our download engine beside the least that any honest
// download does (fetch, sha256, temporary file, rename; 16 in flight) and beside `curl --parallel`. Then the memory of
// a process that downloads 10 000 small ones.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { download, downloadSource, openClient, verify } from "isic/node";

const IMAGES = 2000;
const BYTES = 100_000;
/** So many small ones show whether memory grows. */
const MANY = 10_000;
const IN_FLIGHT = 16;
/** `npm run bench -- download 9` for more. */
const ROUNDS = Number(process.argv[2] ?? 5);

const folder = mkdtempSync(join(tmpdir(), "isic-bench-download-"));
const server = await startServer(IMAGES, BYTES);
try {
  await main();
  await memory();
} finally {
  server.child.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const { client } = await openClient({ baseUrl: server.api, concurrency: IN_FLIGHT });
  const records = (await client.images.list().all()).slice(0, IMAGES);
  const ways = {
    "bare loop": (target) => bareLoop(records, target),
    isic: (target) => isicDownload(client, records, target),
    "curl --parallel": (target) => curl(records, target),
  };
  const seconds = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  await bareLoop(records, fresh("warm-up"));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const target = fresh(`${name}-${round}`);
      const started = performance.now();
      await way(target);
      seconds[name].push((performance.now() - started) / 1000);
      check(name, target);
      rmSync(target, { recursive: true });
    }
  }
  const floor = median(seconds["bare loop"]);
  console.log(`${IMAGES} images of 100 kB, ${IN_FLIGHT} in flight, medians of ${ROUNDS} rounds in turn`);
  for (const [name, times] of Object.entries(seconds)) {
    const time = median(times);
    const spread = `${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)}`;
    console.log(`  ${name.padEnd(16)} ${time.toFixed(2)} s (${spread})   ${(time / floor).toFixed(2)} x the bare loop`);
  }
  await again(client, records);
}

/** What is there already costs next to nothing; checking all hashes costs what reading does. */
async function again(client, records) {
  const target = fresh("again");
  await isicDownload(client, records, target);
  const before = await requests();
  const started = performance.now();
  await isicDownload(client, records, target);
  const second = performance.now();
  const { broken } = await verify(target);
  console.log(
    `  second run       ${((second - started) / 1000).toFixed(2)} s, ${(await requests()) - before} image requests`,
  );
  console.log(`  verify (hashes)  ${((performance.now() - second) / 1000).toFixed(2)} s, ${broken.length} broken`);
}

async function bareLoop(records, target) {
  mkdirSync(target);
  const queue = records.values();
  const lane = async () => {
    for (const { isic_id: id, files } of queue) {
      const response = await fetch(files.full.url);
      const bytes = new Uint8Array(await response.arrayBuffer());
      createHash("sha256").update(bytes).digest("hex");
      const path = join(target, `${id}.jpg`);
      await writeFile(`${path}.tmp`, bytes);
      await rename(`${path}.tmp`, path);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

async function isicDownload(client, records, target) {
  const summary = await download(await downloadSource(client, records), target, { concurrency: IN_FLIGHT });
  if (summary.failed.length > 0) throw new Error(`${summary.failed.length} images failed: ${summary.failed[0].error}`);
}

async function curl(records, target) {
  mkdirSync(target);
  const list = records.map(({ isic_id: id, files }) => `url = "${files.full.url}"\noutput = "${join(target, id)}.jpg"`);
  writeFileSync(join(folder, "curl.txt"), list.join("\n"));
  const words = [
    "--silent",
    "--no-progress-meter",
    "--fail",
    "--parallel",
    "--parallel-max",
    String(IN_FLIGHT),
    "--config",
    join(folder, "curl.txt"),
  ];
  await new Promise((resolve, reject) => {
    const child = spawn("curl", words, { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`curl ended with ${code}`))));
  });
}

function check(name, target) {
  const found = readdirSync(target).filter((file) => file.endsWith(".jpg")).length;
  if (found !== IMAGES) throw new Error(`${name} brought ${found} of ${IMAGES} images.`);
}

function fresh(name) {
  return join(folder, name.replaceAll(/\W+/g, "-"));
}

async function requests() {
  return Number(await (await fetch(`${server.files}/count`)).text());
}

/** A process of its own, so that nothing else is in its memory. */
async function memory() {
  const many = await startServer(MANY, 2000);
  try {
    const path = fileURLToPath(new URL("./download/memory.mjs", import.meta.url));
    const words = ["--expose-gc", path, many.api, fresh("memory")];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    for await (const piece of child.stdout) text += piece;
    const { failed, points, end } = JSON.parse(text);
    if (failed > 0) throw new Error(`${failed} images failed.`);
    console.log(`\n${MANY} images of 2 kB: memory of the process, heap after a collection`);
    const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`.padStart(7);
    for (const { done, rss, heap } of [...points, { ...end, done: "tables" }]) {
      console.log(`  ${String(done).padStart(6)}   rss ${megabytes(rss)}   heap ${megabytes(heap)}`);
    }
  } finally {
    many.child.kill();
  }
}

function startServer(images, bytes) {
  const path = fileURLToPath(new URL("./download/server.mjs", import.meta.url));
  const child = spawn(process.execPath, [path, String(images), String(bytes)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
    child.stdout.once("data", (line) => resolve({ child, ...JSON.parse(String(line)) }));
  });
}

function median(times) {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}
