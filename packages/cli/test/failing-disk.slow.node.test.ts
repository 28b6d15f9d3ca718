/** Commands on a disk whose calls fail, from a certain call on for some of them: what is there is whole, and the next run ends well. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compiledLibrary, NO_LIBRARY } from "../../cache-fs/test/preload.ts";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";

const bin = fileURLToPath(new URL("../bin/isic.js", import.meta.url));
const ROUNDS = 12;
const LEFT = /\.isic-partial|\.lock(?:\/|$)|\.tmp$|\/tmp\/|\.erased/;
/** The system's own words, with its call. */
const RAW = /^isic: E[A-Z]+:|: E[A-Z]{3,}: |--debug shows where|^\s+at /m;

let box: Box;
let base: Awaited<ReturnType<typeof temporaryFolder>>;
let library: string | undefined;
beforeAll(async () => {
  box = await startBox(48);
  base = await temporaryFolder();
  library = compiledLibrary("io-errors", base.path);
  const recipe = (layout: string): string =>
    `version: 1\ntitle: Small\nselection: { search: "isic_id:*" }\nduplicates: { rule: report }\nimage: { size: 64 }\nlayout: ${layout}\n`;
  for (const layout of ["flat", "webdataset"]) await writeFile(at(`${layout}.yaml`), recipe(layout));
  expect((await run(["image", "download", at("some"), "--limit", "30", ...server()])).code).toBe(0);
  const [photo] = (await readdir(at("some"))).filter((name) => name.endsWith(".jpg"));
  await cp(join(at("some"), photo!), at("photo.jpg"));
});
afterAll(async () => {
  await box.close();
  await base[Symbol.asyncDispose]();
});

const at = (name: string): string => join(base.path, name);
const server = (): string[] => ["--server", box.url, "--no-cache", "--quiet"];

interface Scenario {
  readonly words: (folder: string) => readonly string[];
  /** What is there before. */
  readonly start?: (folder: string) => Promise<unknown>;
  /** Files that are never cut: as they were, or as they are in the end. */
  readonly whole?: readonly string[];
  /** Ends well although the disk does not. */
  readonly endures?: boolean;
  /** Said of the folder after the next run. */
  readonly check?: (folder: string) => readonly string[];
  /** Files whose bytes are others each time. */
  readonly varies?: RegExp;
}

const TABLES = ["metadata.csv", "metadata.jsonl", "metadata.parquet", "attribution.txt"];
const cacheOf = (folder: string): string[] => ["--server", box.url, "--cache", join(folder, "c"), "--quiet"];

const scenarios: Readonly<Record<string, Scenario>> = {
  "image download": {
    words: (folder) => ["image", "download", folder, ...server()],
    check: (folder) => ["image", "verify", folder],
    varies: /^manifest\.jsonl$/,
  },
  "image download, a further run": {
    words: (folder) => ["image", "download", folder, ...server()],
    start: (folder) => cp(at("some"), folder, { recursive: true }),
    whole: TABLES,
    check: (folder) => ["image", "verify", folder],
    varies: /^manifest\.jsonl$/,
  },
  "image verify --repair": {
    words: (folder) => ["image", "verify", folder, "--repair", ...server()],
    start: async (folder) => {
      await cp(at("some"), folder, { recursive: true });
      const names = (await readdir(folder)).filter((name) => name.endsWith(".jpg"));
      await writeFile(join(folder, names[3]!), "broken");
      await rm(join(folder, names[5]!));
    },
    whole: TABLES,
    check: (folder) => ["image", "verify", folder],
    varies: /^manifest\.jsonl$/,
  },
  "metadata download -o": {
    words: (folder) => ["metadata", "download", "-o", join(folder, "m.csv"), ...server()],
    start: (folder) => mkdir(folder).then(() => writeFile(join(folder, "m.csv"), "old")),
    whole: ["m.csv"],
  },
  "metadata download -o, as Parquet": {
    words: (folder) => ["metadata", "download", "-o", join(folder, "m.parquet"), ...server()],
    start: (folder) => mkdir(folder).then(() => writeFile(join(folder, "m.parquet"), "old")),
    whole: ["m.parquet"],
  },
  superpixels: {
    words: (folder) => [
      ...["superpixels", at("photo.jpg"), "--segments", "20", "--no-cache"],
      ...["-o", join(folder, "s.png"), "--outline", join(folder, "o.png")],
    ],
    start: (folder) => mkdir(folder).then(() => writeFile(join(folder, "s.png"), "old")),
    whole: ["s.png"],
  },
  "dataset build": {
    words: (folder) => ["dataset", "build", at("flat.yaml"), folder, ...server()],
    check: (folder) => ["dataset", "check", folder],
    varies: /^build-log|^\.isic\//,
  },
  "dataset build, as shards": {
    words: (folder) => ["dataset", "build", at("webdataset.yaml"), folder, ...server()],
    check: (folder) => ["dataset", "check", folder],
    varies: /^build-log|^\.isic\//,
  },
  "superpixels over a cache": {
    words: (folder) => ["superpixels", "ISIC_0000003", "--json", "--segments", "20", ...cacheOf(folder)],
    start: (folder) => mkdir(folder),
    endures: true,
    check: (folder) => ["cache", "repair", "--cache", join(folder, "c")],
    varies: /^c\//,
  },
};

it.each(Object.keys(scenarios))("%s", async (name) => {
  if (library === undefined) {
    console.log(NO_LIBRARY);
    return;
  }
  const { words, start, whole = [], endures = false, check, varies } = scenarios[name]!;
  const place = at(name.replaceAll(/\W/g, "-"));
  const fresh = async (folder: string): Promise<void> => void (await start?.(folder));
  const good = join(place, "good");
  await mkdir(place);
  await fresh(good);
  expect((await run(words(good))).code).toBe(0);
  const right = await filesOf(good, varies);
  // Once without a failure, for the number of calls there are.
  await fresh(join(place, "counted"));
  const [calls] = await counted(words(join(place, "counted")), join(place, "counted"), { IO_FROM: "1000000000" });
  expect(calls).toBeGreaterThan(0);

  const random = randomFrom(7);
  const tally = { runs: 0, calls: 0, hits: 0, endedWell: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const folder = join(place, String(round));
    await fresh(folder);
    const before = await Promise.all(whole.map((file) => readFile(join(folder, file))));
    const from = 1 + Math.floor(random() * calls);
    const count = [1, 1, 3, 1_000_000][Math.floor(random() * 4)]!;
    const failing = { IO_FROM: String(from), IO_COUNT: String(count), IO_SEED: String(round + 1) };
    const [seen, hits, first] = await counted(words(folder), folder, failing);
    const said = `${JSON.stringify(failing)}, ended with ${first.code}: ${first.err}`;
    tally.runs++;
    tally.calls += seen;
    tally.hits += hits;
    expect(hits, said).toBeGreaterThan(0);
    expect(first.err, said).not.toMatch(RAW);
    if (endures) expect(first.code, said).toBe(0);
    if (first.code === 0) {
      tally.endedWell++;
      expect(await filesOf(folder, varies), said).toEqual(right);
    } else expect(first.err, said).toMatch(/^(?:isic: |\S+: ).{20,}/m);
    for (const [i, file] of whole.entries()) {
      const now = await readFile(join(folder, file));
      const last = await readFile(join(good, file));
      // Tables are written anew while a download goes on, too.
      const isWhole = now.equals(before[i]!) || now.equals(last) || now.length > before[i]!.length * 0.9;
      expect(isWhole, `${file}: ${now.length} bytes, ${said}`).toBe(true);
    }
    if (start !== undefined && varies?.test("manifest.jsonl") === true)
      expect((await idsIn(join(folder, "manifest.jsonl"))).size, said).toBeGreaterThanOrEqual(28);

    expect(await run(words(folder)), said).toMatchObject({ code: 0 });
    if (check !== undefined) expect(await run(check(folder)), said).toMatchObject({ code: 0 });
    expect(await filesOf(folder, varies), said).toEqual(right);
    const left = (await readdir(folder, { recursive: true })).filter((path) => LEFT.test(path));
    // Where nothing had to be mended, nobody has taken over the lock of the dead one.
    expect(
      name === "image verify --repair" ? left.filter((path) => !path.startsWith(".manifest")) : left,
      said,
    ).toEqual([]);
    await rm(folder, { recursive: true });
  }
  console.log(`${name}: ${JSON.stringify(tally)}`);
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const settings = { ...process.env, ISIC_CONFIG: "/nowhere/at/all", ...env };
  const child = spawn(process.execPath, [bin, ...words], { env: settings, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    out += piece;
  });
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    err += piece;
  });
  return { code: await ended, out, err };
}

/** Runs a command whose calls on files below the folder fail; gives how many calls there were, and how many failed. */
async function counted(
  words: readonly string[],
  folder: string,
  failing: Readonly<Record<string, string>>,
): Promise<[calls: number, hits: number, ended: Ended]> {
  const report = `${folder}.report`;
  // What goes through io_uring is no call that a library could stand in for.
  const env = { LD_PRELOAD: library!, UV_USE_IO_URING: "0", IO_FOLDER: folder, IO_REPORT: report, ...failing };
  const ended = await run(words, env);
  const numbers = await readFile(report);
  return [Number(numbers.readBigUInt64LE(0)), Number(numbers.readBigUInt64LE(8)), ended];
}

/** The digest of each file below a folder. */
async function filesOf(folder: string, varies?: RegExp): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    if (varies?.test(path) || LEFT.test(path) || !(await stat(join(folder, path))).isFile()) continue;
    files[path] = createHash("sha256")
      .update(await readFile(join(folder, path)))
      .digest("hex");
  }
  return files;
}

async function idsIn(manifest: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const line of (await readFile(manifest, "utf8")).split("\n")) {
    try {
      ids.add((JSON.parse(line) as { id: string }).id);
    } catch {
      // A torn line.
    }
  }
  return ids;
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
