import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { filesInZip, readFeatureArrays, readTable } from "../../../../challenge/src/index.ts";
import { readLock } from "../../../src/dataset/build/lock-file.ts";
import { parseLabelRule } from "../../../src/dataset/labels/label-rule.ts";
import { readRecipe } from "../../../src/dataset/recipe/read-recipe.ts";
import { ManifestFile } from "../../../src/download/manifest-file.ts";
import { readCsv, readCsvColumns } from "../../../src/index.ts";
import { type Attack, runAttack } from "../attack.ts";
import { deflatedMiB, MIB, zipFile } from "./bomb-kit.ts";

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

/** Some of these have an answer: then what it cost is all that is asked, and an answer in time counts as held. */
async function answer(work: () => unknown): Promise<never> {
  await work();
  throw Object.assign(new Error("an answer"), { tag: "answered" });
}

type Texts = Readonly<Record<string, () => string>>;

const tables: Texts = {
  "a cell of 16 MB in quotes": () => `a\r\n"${"x".repeat(16e6)}"\r\n`,
  "a cell of 16 MB of quotes": () => `a\r\n"${'""'.repeat(8e6)}"\r\n`,
  "a bare cell of 16 MB": () => `a\r\n${"x".repeat(16e6)}\r\n`,
  "a cell of 10 MB of digits": () => `a\r\n${"1".repeat(1e7)}x\r\n`,
  "a cell of 4 MB of digits": () => `a\r\n${"1".repeat(4e6)}x\r\n`,
  "a cell of two long numbers": () => `a\r\n${"1".repeat(1e6)}e${"1".repeat(1e6)}x\r\n`,
  "a cell of tabs": () => `a\r\n${"\t".repeat(4e6)}x\r\n`,
  "a quote that never closes": () => `a\r\n"${"x\r\n".repeat(1e6)}`,
  "a row of 3 million cells": () => ",".repeat(3e6),
  "a header of a million names": () => `${lines(1e6, (i) => `k${i}`).replaceAll("\n", ",")}\r\n${"1\r\n".repeat(100)}`,
  "9 999 columns and 20 000 rows of one cell": () => `${"a,".repeat(9_998)}a\r\n${"1\r\n".repeat(20_000)}`,
  "3 million empty lines": () => `a\r\n${"\r\n".repeat(3e6)}`,
  "lists in lists in a cell": () => `a\r\n"${nested(50_000)}"\r\n`,
  "a list that never ends in a cell": () => `a\r\n"[${"1,".repeat(1e6)}"\r\n`,
  "a name of 50 000 dots": () => `a${".a".repeat(50_000)}\r\n1\r\n`,
};

const recipes: Texts = {
  "a billion laughs": () => lines(10, (i) => `a${i}: &a${i} [${i === 0 ? "x" : Array(9).fill(`*a${i - 1}`)}]`),
  "laughs by merging": () =>
    lines(30, (i) => (i === 0 ? "a0: &a0 {x: 1}" : `a${i}: &a${i} {<<: [*a${i - 1}, *a${i - 1}]}`)),
  "an alias of itself": () => "a: &a\n  b: *a\n",
  "20 000 anchors": () => lines(20_000, (i) => `- &a${i} x\n- *a${i}`),
  "100 000 lists in lists": () => `a: ${nested(100_000)}`,
  "50 000 maps in maps": () => "a: ".concat("{a: ".repeat(50_000)),
  "50 000 dashes": () => `${"- ".repeat(50_000)}a`,
  "50 000 questions": () => "? ".repeat(50_000),
  "100 000 settings that there are not": () => lines(100_000, (i) => `k${i}: 1`),
  "40 000 settings in one line": () => `{${lines(40_000, (i) => `k${i}: 1`).replaceAll("\n", ", ")}}`,
  "40 000 times the same setting": () => "a: 1\n".repeat(40_000),
  "a million ids": () => `ids:\n${"- ISIC_0000000\n".repeat(1e6)}`,
  "100 000 ids that are none": () => `selection:\n  ids:\n${"  - {}\n".repeat(60_000)}`,
  "5 million line ends": () => "\n".repeat(5e6),
  "500 000 line ends": () => "\n".repeat(500_000),
  "100 000 comments": () => "# x\n".repeat(100_000),
  "a text that never ends": () => `a: "${'\\"'.repeat(250_000)}`,
  "a text of 250 000 lines": () => `a: >\n${"  x\n".repeat(100_000)}`,
  "a number of 500 000 digits": () => `version: ${"9".repeat(500_000)}`,
  "criteria 700 deep": () => `version: 1\nselection: {criteria: ${nested(700)}}`,
  "5 000 classes": () =>
    `version: 1\ntitle: x\nselection: {search: a}\nlabels:\n  classes:\n${lines(5_000, (i) => `    c${i}: 'diagnosis_3 ~ "x"'`)}`,
};

const HEADER = "image,MEL,NV,BCC,AKIEC,BKL,DF,VASC\n";
const challengeTables: Texts = {
  "a cell of 16 MB": () => `image,${"x".repeat(16e6)}`,
  "16 million cells": () => ",".repeat(16e6),
  "16 MB of quotes": () => '"'.concat('""'.repeat(8e6)),
  "a million rows about one image": () => HEADER.concat("ISIC_0000000,1,0,0,0,0,0,0\n".repeat(1e6)),
  "100 000 rows without a number": () =>
    HEADER.concat(lines(100_000, (i) => `ISIC_${String(i).padStart(7, "0")},x,x,x,x,x,x,x`)),
  "5 million rows of one letter": () => HEADER.concat("x\n".repeat(5e6)),
  "1 000 cells of 9 999 digits": () => HEADER.concat(`ISIC_0000000,${"1".repeat(9_999)}x,1,1,1,1,1,1\n`.repeat(1000)),
};

const arrays: Texts = {
  "a million brackets": () => "[".repeat(1e6),
  "a million values out of range": () => `{"pigment_network":[${"2,".repeat(1e6)}0]}`,
  "200 000 features": () => `{${lines(200_000, (i) => `"k${i}":[1]`).replaceAll("\n", ",")}}`,
};

const ENTRY = '{"id":"x","name":"x","part":"image","state":"done","fetchedAt":"x"';
const manifests: Texts = {
  "a line of 60 MB": () => `{"id":"${"x".repeat(60e6)}\n${ENTRY}}\n`,
  "100 MB without a line end": () => "x".repeat(100e6),
  "5 million line ends": () => "\n".repeat(5e6),
  "a record 50 000 deep": () => `${ENTRY},"record":{"a":${nested(50_000)}}}\n`,
  "a million empty lists": () => `${ENTRY},"record":{"a":[${"[],".repeat(1e6)}0]}}\n`,
};
const locks: Texts = {
  "a recipe 200 000 deep": () => `{"version":1,"images":[],"files":[],"recipe":${nested(200_000)}}`,
  "a version 100 000 deep": () => `{"version":${nested(100_000)}}`,
  "images that are none": () => '{"version":1,"files":[],"images":[null,5]}',
  "an image 50 000 deep": () =>
    `{"version":1,"files":[],"images":[${'{"files":'.repeat(50_000)}1${"}".repeat(50_000)}]}`,
};
const rules: Texts = {
  "100 000 brackets": () => "(".repeat(100_000),
  "100 000 negations": () => "not ".repeat(100_000),
  "a million spaces": () => `diagnosis_3${" ".repeat(1e6)}~`,
  "a text that never ends": () => `diagnosis_3 ~ "${'\\"'.repeat(250_000)}`,
  "a million digits": () => `diagnosis_3 = ${"1".repeat(1e6)}x`,
  "20 000 classes of Unicode": () => `diagnosis_3 ~ "${"[\\\\w\\\\d\\\\s]".repeat(20_000)}"`,
};

const reads = (what: string, texts: Texts, read: (text: string) => unknown): [string, Attack][] =>
  Object.entries(texts).map(([name, make]) => [
    `${what}: ${name}`,
    async () => {
      const text = make();
      return () => answer(() => read(text));
    },
  ]);

/** Text in a file: written before, read in the account. */
const readsFile = (what: string, texts: Texts, file: string, read: (folder: string) => unknown): [string, Attack][] =>
  Object.entries(texts).map(([name, make]) => [
    `${what}: ${name}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "isic-attack-"));
      process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
      writeFileSync(join(folder, file), make());
      return () => answer(() => read(folder));
    },
  ]);

const encoded = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const zips: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
  "4 GiB, and it says 4 GiB": () => zipFile(deflatedMiB(4096), { name: "a.csv", size: 2 ** 32 - 2 }),
  "256 MiB, and it says 10": () => zipFile(deflatedMiB(256), { name: "a.csv", size: 10 }),
  "10 bytes, and it says 500 MB": () => zipFile(deflateRawSync(Buffer.alloc(10)), { name: "a.csv", size: 5e8 }),
  "60 000 entries of one name": () => zipFile(new Uint8Array(1), { decoys: 60_000, count: 60_001 }),
  "5 MB of ends": () => new Uint8Array(Buffer.alloc(5 * MIB, "PK\x05\x06", "latin1")),
};

const ATTACKS: Readonly<Record<string, Attack>> = Object.fromEntries([
  ...reads("readCsv", tables, (text) => readCsv(text, { packKeys: true })),
  ...reads("readCsvColumns", tables, (text) => readCsvColumns(text)),
  ...reads("a recipe", recipes, readRecipe),
  ...reads("a label rule", rules, (text) =>
    parseLabelRule(text)({ metadata: { clinical: { diagnosis_3: "a".repeat(100) } } }),
  ),
  ...reads("a challenge's table", challengeTables, (text) => readTable("2018-3", encoded(text))),
  ...reads("a challenge's arrays", arrays, (text) => readFeatureArrays("2017-2", encoded(text))),
  ...readsFile("a manifest", manifests, "manifest.jsonl", async (folder) => {
    const manifest = await ManifestFile.read(folder);
    for await (const entry of manifest?.entries() ?? []) JSON.stringify(entry);
  }),
  ...readsFile("a lock", locks, "dataset.lock.json", readLock),
  ...Object.entries(zips).map(([name, make]): [string, Attack] => [
    `a challenge's ZIP: ${name}`,
    async () => {
      const bytes = make();
      return () =>
        answer(async () => {
          const source = await filesInZip(bytes);
          for (const { name: file } of source.files.slice(0, 3)) await source.read(file);
        });
    },
  ]),
]);

if (process.argv[2] === "names") process.stdout.write(JSON.stringify(Object.keys(ATTACKS)));
else await runAttack(ATTACKS);
