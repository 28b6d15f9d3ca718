// The client beside a bare keep-alive loop and beside curl: walking lists, and downloading files. Ratios of one run.
import { execFile, fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const RECORDS = 50_000;
const FILES = 2_000;
const FILE_BYTES = 100_000;
const IN_FLIGHT = 16;
const ROUNDS = 3;

if (process.argv.includes("--server")) await serveBoth();
else await main();

/** The servers, in a process of their own: the sample archive, and a host of files. */
async function serveBoth() {
  const { createSampleArchive } = await import("@isic/sample-archive");
  const { serve } = await import("@isic/sample-archive/node");
  const archive = await serve(createSampleArchive({ images: RECORDS }), { port: 0 });
  const file = Buffer.alloc(FILE_BYTES, 7);
  file.set([0xff, 0xd8, 0xff]);
  const headers = { "content-type": "image/jpeg", "content-length": FILE_BYTES };
  const files = http.createServer((_request, response) => response.writeHead(200, headers).end(file));
  await new Promise((resolve) => files.listen(0, "127.0.0.1", resolve));
  process.send({ archive: archive.url ?? archive.origin, files: `http://127.0.0.1:${files.address().port}` });
}

async function main() {
  const servers = fork(fileURLToPath(import.meta.url), ["--server"]);
  const folder = mkdtempSync(join(tmpdir(), "isic-bench-"));
  try {
    const { archive, files } = await new Promise((resolve, reject) => {
      servers.once("message", resolve);
      servers.once("exit", () => reject(new Error("the servers did not start")));
    });
    await walks(archive, folder);
    await downloads(files, folder);
  } finally {
    servers.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function walks(origin, folder) {
  const { createV2Client } = await import("@isic/api-client/v2");
  const { images } = createV2Client({ baseUrl: origin });
  const pages = join(folder, "pages.txt");
  writeFileSync(pages, (await pagesOf(origin)).map((url) => `url = "${url}"\noutput = "/dev/null"`).join("\n"));
  const ways = {
    "bare fetch + JSON.parse": async () => {
      let count = 0;
      for (let next = `${origin}/api/v2/images/`; next; ) {
        const page = JSON.parse(await (await fetch(next)).text());
        count += page.results.length;
        next = page.next;
      }
      return count;
    },
    "images.list()": async () => {
      let count = 0;
      for await (const _image of images.list()) count += 1;
      return count;
    },
    "curl --parallel": () => curl(pages), // knows all addresses beforehand
  };
  const times = await rounds(ways, 3);
  print(`walk of ${RECORDS} records, sample archive in another process`, times, "bare fetch + JSON.parse", 1.5);
  await memory(images);
}

/** The addresses of all pages of a list, in order. */
async function pagesOf(origin) {
  const urls = [];
  for (let next = `${origin}/api/v2/images/`; next; next = (await (await fetch(next)).json()).next) urls.push(next);
  return urls;
}

/** Fetches what a list of curl's own form names. */
async function curl(list) {
  const options = ["--silent", "--compressed", "--parallel", "--parallel-max", String(IN_FLIGHT), "--config", list];
  await promisify(execFile)("curl", options);
}

/** Resident memory along one walk, after a collection each time. */
async function memory(images) {
  let count = 0;
  let first = 0;
  let last = 0;
  let most = 0;
  for await (const _image of images.list()) {
    count += 1;
    if (count < 5_000 || count % 2_500 !== 0) continue;
    globalThis.gc?.();
    const { rss } = process.memoryUsage();
    if (first === 0) first = rss;
    most = Math.max(most, rss);
    last = rss;
  }
  const mb = (bytes) => (bytes / 1e6).toFixed(1);
  const seen = `${mb(first)} MB at record 5 000, at most ${mb(most)}, ${mb(last)} at the end`;
  console.log(`resident memory along a walk: ${seen}; growth ${mb(most - first)} MB (bar: 20)\n`);
}

async function downloads(origin, folder) {
  const { createV2Client } = await import("@isic/api-client/v2");
  const { httpFetch } = await import("@isic/api-client/node");
  const { images } = createV2Client({ baseUrl: origin, concurrency: IN_FLIGHT });
  const faster = createV2Client({ baseUrl: origin, concurrency: IN_FLIGHT, fetch: httpFetch }).images;
  const url = (index) => `${origin}/${index}.jpg`;
  const keep = async (index, bytes) => {
    const temporary = join(folder, `${index}.tmp`);
    await writeFile(temporary, bytes);
    await rename(temporary, join(folder, `${index}.jpg`));
  };
  const list = join(folder, "urls.txt");
  const lines = Array.from(
    { length: FILES },
    (_, index) => `url = "${url(index)}"\noutput = "${join(folder, `${index}.jpg`)}"`,
  );
  writeFileSync(list, lines.join("\n"));
  const ways = {
    "bare fetch": () =>
      inFlight(async (index) => keep(index, new Uint8Array(await (await fetch(url(index))).arrayBuffer()))),
    "images.download()": () =>
      inFlight(async (index) => keep(index, await (await images.download(url(index))).bytes())),
    "the same over httpFetch": () =>
      inFlight(async (index) => keep(index, await (await faster.download(url(index))).bytes())),
    "curl --parallel": () => curl(list),
  };
  const times = await rounds(ways, ROUNDS);
  print(
    `${FILES} files of ${FILE_BYTES / 1000} kB, ${IN_FLIGHT} in flight, temporary file and rename`,
    times,
    "bare fetch",
    1.2,
  );
}

async function inFlight(work) {
  let next = 0;
  const one = async () => {
    while (next < FILES) await work(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  return FILES;
}

/** Every way in turn, several times; the first round warms up. */
async function rounds(ways, count) {
  const times = new Map(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round <= count; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      globalThis.gc?.();
      const started = performance.now();
      try {
        await way();
      } catch (error) {
        if (error.code !== "ENOENT") throw error;
        times.delete(name); // no curl here
        continue;
      }
      if (round > 0) times.get(name)?.push(performance.now() - started);
    }
  }
  return times;
}

function print(title, times, floor, bar) {
  const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
  const base = median(times.get(floor));
  console.log(title);
  for (const [name, values] of times) {
    const ratio = median(values) / base;
    const note = name === floor || name.startsWith("curl") ? "" : ` (bar: ${bar})`;
    console.log(`  ${name.padEnd(26)} ${median(values).toFixed(0).padStart(7)} ms   ${ratio.toFixed(2)} x${note}`);
  }
  console.log("");
}
