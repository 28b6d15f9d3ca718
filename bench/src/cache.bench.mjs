// Caches: our file cache beside the bare file system, getOrCreate over 16 processes, and the facade's image index.
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFileCache, fileNameOf } from "@isic/cache-fs";
import { compare, line, median, ratio } from "./cache/measure.mjs";

const SERVER = "api.isic-archive.com/anonymous";
const folder = await mkdtemp(join(tmpdir(), "isic-bench-"));
const keyOf = (number) => {
  const id = `ISIC_${String(number).padStart(7, "0")}`;
  return `${SERVER}/image/${id}/${id}.jpg`;
};

function child(name, ...args) {
  const path = fileURLToPath(new URL(`./cache/${name}.mjs`, import.meta.url));
  const process = fork(path, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return {
    process,
    answer: new Promise((resolve, reject) => {
      process.once("message", resolve);
      process.once("exit", (code) => code !== 0 && reject(new Error(`${name} ended with ${code}`)));
    }),
  };
}

async function reading() {
  const image = randomBytes(100_000);
  const path = join(folder, "read");
  const verified = createFileCache({ folder: path });
  const plain = createFileCache({ folder: path, verifyReads: false });
  const keys = Array.from({ length: 200 }, (_, i) => keyOf(i));
  const paths = keys.map((key) => join(path, fileNameOf(key)));
  for (const key of keys) await verified.set(key, new Uint8Array(image));
  const times = await compare({
    floor: (i) => readFile(paths[i % 200]),
    plain: (i) => plain.get(keys[i % 200]),
    verified: (i) => verified.get(keys[i % 200]),
    waiting: (i) => readFileSync(paths[i % 200]),
  });
  ratio("read 100 kB, unverified / readFile", times.get("plain"), times.get("floor"), 1.25);
  ratio("read 100 kB, verified / readFile", times.get("verified"), times.get("floor"), 1.8);
  // readFile asks the thread pool four times, we do twice: so we can be below it. This one never asks, and blocks the process.
  line("read 100 kB, readFileSync / readFile", `${(times.get("waiting") / times.get("floor")).toFixed(2)} x`, "");
  await Promise.all([verified.close(), plain.close()]);
}

async function writing() {
  const image = new Uint8Array(randomBytes(100_000));
  const path = join(folder, "write");
  const byHand = join(folder, "hand");
  const cache = createFileCache({ folder: path });
  for (const digits of Array.from({ length: 100 }, (_, i) => String(i).padStart(2, "0"))) {
    await mkdir(join(byHand, digits[0], digits[1]), { recursive: true });
  }
  const hand = async (call) => {
    const i = call % 200;
    const name = join(byHand, String(Math.floor(i / 10) % 10), String(i % 10), `image_${i}.jpg`);
    await writeFile(`${name}.tmp`, image);
    await rename(`${name}.tmp`, name);
  };
  const times = await compare({ floor: hand, ours: (i) => cache.set(keyOf(i % 200), image) });
  ratio("write 100 kB without fsync / temp-write-and-rename", times.get("ours"), times.get("floor"), 1.5);
  await cache.close();
}

async function walk(path) {
  let files = 0;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) files += await walk(join(path, entry.name));
    else files++;
  }
  return files;
}

async function listing() {
  const path = join(folder, "list");
  const files = 200_000;
  for (let i = 0; i < 1000; i++) await mkdir(join(path, fileNameOf(keyOf(i)), ".."), { recursive: true });
  for (let i = 0; i < files; i += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, k) => writeFile(join(path, fileNameOf(keyOf(i + k))), "")));
  }
  const cache = createFileCache({ folder: path });
  const count = async () => {
    let keys = 0;
    for await (const _ of cache.keys()) keys++;
    if (keys !== files) throw new Error(`${keys} keys instead of ${files}`);
  };
  const times = await compare({ floor: () => walk(path), ours: count }, { rounds: 5, calls: 1 });
  ratio("list 200 000 keys / bare recursive readdir", times.get("ours"), times.get("floor"), 2);
  await cache.close();
}

async function together() {
  const loads = [];
  const waits = [];
  for (let round = 0; round < 3; round++) {
    const path = join(folder, `together-${round}`);
    const children = Array.from({ length: 16 }, () => child("ask", path));
    await Promise.all(children.map(({ answer }) => answer));
    const done = children.map(({ process }) => new Promise((resolve) => process.once("message", resolve)));
    const start = performance.now();
    for (const { process } of children) process.send("go");
    const answers = await Promise.all(done);
    waits.push(performance.now() - start);
    loads.push(answers.reduce((sum, answer) => sum + answer.loads, 0));
  }
  const once = loads.every((number) => number === 1);
  line(
    "16 processes, one missing key, a load of 100 ms",
    `${loads.join(", ")} loads`,
    `bar 1 ${once ? "met" : "MISSED"}, all served after ${median(waits).toFixed(0)} ms`,
  );
}

async function index(family, count) {
  const path = join(folder, `index-${family}`);
  const what = family === "v1" ? "image index of a Python client's imcache_" : "image index of today's archive";
  const filled = await child("fill-index", family, path, String(count)).answer;
  if (family === "v2") line(`${what}: fill`, `${(filled.ms / 1000).toFixed(0)} s`, `${filled.rss} MB maxRSS`);
  const opened = await child("open-index", family, path, String(count)).answer;
  const met = opened.openMs < 1500 && opened.openRss < 600;
  line(
    `${what}: open ${count} records`,
    `${opened.openMs.toFixed(0)} ms`,
    `${opened.openRss} MB maxRSS, bar 1500 ms and 600 MB ${met ? "met" : "MISSED"}`,
  );
  line(
    `${what}: ask, nothing new`,
    `${opened.checks[0].toFixed(0)} ms`,
    `bar 50 ms ${opened.checks[0] < 50 ? "met" : "MISSED"}, then ${median(opened.checks).toFixed(0)} ms`,
  );
}

const sections = {
  reading,
  writing,
  listing,
  together,
  "index-v1": () => index("v1", 24_000),
  "index-v2": () => index("v2", 600_000),
};
const wanted = process.argv.slice(2);
try {
  console.log(`cache: Node ${process.version}`);
  for (const [name, run] of Object.entries(sections)) if (wanted.length === 0 || wanted.includes(name)) await run();
} finally {
  await rm(folder, { recursive: true, force: true });
}
