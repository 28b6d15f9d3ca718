/** While commands of an account run, and afterwards, nothing that they write is open to other users, whatever the umask. */
import { spawn } from "node:child_process";
import { lstat, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";

const bin = fileURLToPath(new URL("../bin/isic.js", import.meta.url));
const RECIPE = `version: 1
title: Small
selection: { search: "isic_id:*" }
split: { shares: { train: 60, test: 40 } }
duplicates: { rule: report }
image: { size: 64 }
layout: flat
`;
/** Not of an account: what the test makes, and folders that hold those of all accounts. */
const ANYBODYS = /^(?:recipe\.yaml|out|cache|cache\/[^/]+)$/;

let box: Box;
beforeAll(async () => {
  box = await startBox(20);
});
afterAll(() => box.close());

const commands = (at: (name: string) => string): Readonly<Record<string, readonly string[]>> => ({
  download: ["image", "download", at("out/photos"), "--superpixels"],
  "download, split": ["image", "download", at("out/photos"), "--split", "80/20"],
  "download of a shard": ["image", "download", at("out/shards"), "--thumbnails", "--shard", "1/2"],
  "download, resized": ["image", "download", at("out/small"), "--resize", "32"],
  "download --from": ["image", "download", at("out/from"), "--from", at("out/photos")],
  "verify --repair": ["image", "verify", at("out/photos"), "--repair"],
  "metadata, CSV": ["metadata", "download", "-o", at("out/m.csv")],
  "metadata, JSON Lines": ["metadata", "download", "-o", at("out/m.jsonl")],
  "metadata, Parquet": ["metadata", "download", "-o", at("out/m.parquet")],
  show: ["image", "show", "ISIC_0000001", "-o", at("out/show.png")],
  superpixels: ["superpixels", "ISIC_0000001", "--segments", "20", "-o", at("out/s.png"), "--outline", at("out/o.jpg")],
  "superpixels of several": [
    "superpixels",
    "ISIC_0000001",
    "ISIC_0000002",
    "--segments",
    "20",
    "-o",
    at("out/several"),
  ],
  "superpixels of a closed file": ["superpixels", at("out/photos/ISIC_0000001.jpg"), "-o", at("out/f.png")],
  duplicates: ["image", "duplicates", at("out/photos"), "--report", at("out/same.html")],
  "data set": ["dataset", "build", at("recipe.yaml"), at("out/set")],
  "data set, again": ["dataset", "build", at("recipe.yaml"), at("out/set")],
  "data set --from": ["dataset", "build", "--from", at("out/set"), at("out/like")],
  "cache repair": ["cache", "repair"],
});

describe.each(["022", "000", "077"])("with umask %s", (umask) => {
  it("what an account's commands write is closed from its creation", async () => {
    await using folder = await temporaryFolder();
    const found = await openAfter(folder.path, umask, {
      ISIC_TOKEN: box.archive.issueToken(box.archive.users[0]!.login),
      ISIC_SERVER: box.url,
    });
    expect(found).toEqual([]);
  });
});

it("and a guest's is not, so that the test above can fail", async () => {
  await using folder = await temporaryFolder();
  const found = await openAfter(folder.path, "022", { ISIC_SERVER: box.url }, ["metadata, CSV", "superpixels"]);
  expect(found).toContain("out/m.csv 644");
});

/** What others may read or enter below a folder, while commands run and afterwards. */
async function openAfter(
  folder: string,
  umask: string,
  env: Readonly<Record<string, string>>,
  only?: readonly string[],
): Promise<string[]> {
  const found = new Set<string>();
  const at = (name: string): string => join(folder, name);
  await mkdir(at("out"));
  await writeFile(at("recipe.yaml"), RECIPE);
  for (const [name, words] of Object.entries(commands(at))) {
    if (only?.includes(name) === false) continue;
    const settings = { ...process.env, ISIC_CONFIG: "/nowhere/at/all", ISIC_CACHE: at("cache"), ...env };
    const shell = ["-c", `umask ${umask}; exec "$@"`, "sh", process.execPath, bin, ...words, "--quiet"];
    const child = spawn("sh", shell, { env: settings, stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    let isRunning = true;
    const watching = (async () => {
      while (isRunning) {
        await lookInto(folder, "", found);
        await sleep(1);
      }
    })();
    const code = await ended;
    isRunning = false;
    await watching;
    expect([name, code]).toEqual([name, 0]);
    await lookInto(folder, "", found);
  }
  return [...found].sort();
}

async function lookInto(base: string, below: string, found: Set<string>): Promise<void> {
  for (const name of await readdir(join(base, below)).catch(() => [])) {
    const path = below === "" ? name : `${below}/${name}`;
    const seen = await lstat(join(base, path)).catch(() => undefined);
    if (seen === undefined) continue;
    if (!ANYBODYS.test(path) && (seen.mode & 0o077) !== 0) found.add(`${path} ${(seen.mode & 0o777).toString(8)}`);
    if (seen.isDirectory()) await lookInto(base, path, found);
  }
}
