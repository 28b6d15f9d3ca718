import { jsonExcess, withoutSignatures } from "@isic/api-client";
import { createV2Client } from "@isic/api-client/v2";
import { crc32 } from "@isic/core-wasm";
import { createPredicate, getPath, nearMatches } from "@isic/select";
import { createQueryPredicate, parseQuery, toQuery } from "@isic/select/query";
import { describe, expect, test } from "vitest";
import { fileNameOf } from "../../../api-client/src/files/file-name.ts";
import { readTable } from "../../../challenge/src/index.ts";
import { licenceName } from "../../src/archive/records.ts";
import { PhotoCheck, photoProblem } from "../../src/codecs/formats.ts";
import { codedBytes, readJpegHeader } from "../../src/codecs/jpeg/header.ts";
import { cellText, cellValue } from "../../src/csv/cells.ts";
import { flatten, unflatten } from "../../src/csv/flatten.ts";
import { readCsv } from "../../src/csv/index.ts";
import { parseLabelRule } from "../../src/dataset/labels/label-rule.ts";
import { readRecipe } from "../../src/dataset/recipe/read-recipe.ts";
import { parsePattern } from "../../src/download/file-names.ts";
import { keyName } from "../../src/image/photo-file.ts";
import { passwordIn } from "../../src/node/netrc.ts";

type Scan = (size: number) => () => unknown;

const bytesOf = (text: string, size: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.alloc(size, Buffer.from(text, "latin1")));
const over =
  (text: string, scan: (text: string) => unknown, before = "", after = ""): Scan =>
  (size) => {
    const whole = before + text.repeat(Math.ceil(size / text.length)) + after;
    return () => scan(whole);
  };
const overBytes =
  (text: string, scan: (bytes: Uint8Array<ArrayBuffer>) => unknown): Scan =>
  (size) => {
    const whole = bytesOf(text, size);
    return () => scan(whole);
  };

const offline = createV2Client({ fetch: () => Promise.reject(new Error("offline")), retry: { limit: 0 } });
/** A search that is too long for an address is refused, but read before. */
const asks = async (query: string): Promise<unknown> => {
  try {
    return await offline.images.search({ query }).all();
  } catch {
    return undefined;
  }
};

const SCANNERS: Readonly<Record<string, Scan>> = {
  "a file name of spaces": over(" ", fileNameOf, 'attachment; filename="'),
  "a file name of backslashes": over("\\", fileNameOf, 'attachment; filename="'),
  "a file name of names": over('filename="\\', fileNameOf),
  "a file name of dots": over(".", fileNameOf, 'filename="', '"'),
  "a file name of slashes": over("/", fileNameOf, 'filename="', '"'),
  "addresses in a text": over("http://", withoutSignatures),
  "addresses with signatures": over("http://a.b/?Signature=x&", withoutSignatures),
  "question marks in a text": over("http://a.b/?", withoutSignatures, "http://["),
  "at signs in a text": over("//a:b@", withoutSignatures, "http:"),
  "JSON of quotes": overBytes('"', (text) => jsonExcess(text, { depth: 1e9, values: 1e9 })),
  "JSON of backslashes": overBytes('"\\', (text) => jsonExcess(text, { depth: 1e9, values: 1e9 })),
  "a JPEG of fill bytes": overBytes("\xff", (bytes) => photoProblem(withHead(bytes, [0xff, 0xd8]))),
  "a JPEG of empty segments": overBytes("\xff\xe1\0\x02", (bytes) =>
    photoProblem(withHead(bytes, [0xff, 0xd8, 0xff, 0xe1])),
  ),
  "a JPEG's header of fill bytes": overBytes("\xff", (bytes) =>
    quietly(() => readJpegHeader(withHead(bytes, [0xff, 0xd8]))),
  ),
  "a JPEG of restarts": overBytes("\xff\xd0", (bytes) => photoProblem(withHead(bytes, [0xff, 0xd8, 0xff, 0xda, 0, 2]))),
  "a PNG of empty chunks": overBytes("\0\0\0\0tEXt\0\0\0\0", (bytes) =>
    photoProblem(withHead(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  ),
  "the data of a JPEG's scans": overBytes("\xff\xda\0\x02\x01\x01\x01", (bytes) =>
    quietly(() => codedBytes(withHead(bytes, [0xff, 0xd8, 0xff, 0xda, 0, 2, 1]))),
  ),
  "the data of a JPEG of fill bytes": overBytes("\xff", (bytes) =>
    quietly(() => codedBytes(withHead(bytes, [0xff, 0xd8, 0xff, 0xda, 0, 2]))),
  ),
  "a JPEG, byte by byte": overBytes("\x01", (bytes) => byteByByte(withHead(bytes, [0xff, 0xd8, 0xff, 0xda, 0, 2]))),
  "a PNG, byte by byte": overBytes("\0\0\0\0tEXt\0\0\0\0", (bytes) =>
    byteByByte(withHead(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  ),
  "a cell of digits": over("1", cellValue, "", "x"),
  "a cell of two numbers": over("1", (text) => cellValue(`${text}e${text}x`)),
  "a cell of tabs": over("\t", cellValue, "", "x"),
  "a cell of tabs, written": over("\t", cellText, "", "x"),
  "a cell of a list": over("1,", cellValue, "[", "1]"),
  "a cell of a list that never ends": over("\\'", cellValue, "['", "]"),
  "a cell of blanks in a list": over(" ", cellValue, "[", "x]"),
  "a table of rows": over("1,2\r\n", (text) => quietly(() => readCsv(text)), "a,b\r\n"),
  "a table of empty lines": over("\r\n", (text) => quietly(() => readCsv(text)), "a\r\n"),
  "a table of quotes": over('""', (text) => quietly(() => readCsv(text)), 'a\r\n"', '"'),
  "a challenge's table of bad rows": over(
    "x,1\n",
    (text) => quietly(() => readTable("2018-3", new TextEncoder().encode(text))),
    "image,MEL,NV,BCC,AKIEC,BKL,DF,VASC\n",
  ),
  "a challenge's table of quoted cells": over('"a"\n', (text) =>
    quietly(() => readTable("2018-3", new TextEncoder().encode(text))),
  ),
  "a challenge's cell of digits": over("1", (digits) =>
    quietly(() =>
      readTable(
        "2018-3",
        new TextEncoder().encode(`image,MEL,NV,BCC,AKIEC,BKL,DF,VASC\nISIC_0000000,${digits}x,1,1,1,1,1,1\n`),
        { as: "truth", maxCellLength: 2 ** 30 },
      ),
    ),
  ),
  "a recipe of settings": numbered((i) => `k${i}: 1\n`, readRecipe),
  "a recipe of settings in one line": numbered(
    (i) => `k${i}: 1, `,
    (text) => readRecipe(`{${text}}`),
  ),
  "a recipe of anchors": numbered((i) => `- &a${i} x\n- *a${i}\n`, readRecipe),
  "a recipe of items": over("- x\n", (text) => quietly(() => readRecipe(text)), "ids:\n"),
  "a recipe of comments": over("# x\n", (text) => quietly(() => readRecipe(text)), "", "a: 1"),
  "a recipe of line ends": over("\n", (text) => quietly(() => readRecipe(text)), "", "a: 1"),
  "a recipe of a text": over('\\"', (text) => quietly(() => readRecipe(text)), 'a: "'),
  "a recipe of a text in lines": over("  x\n", (text) => quietly(() => readRecipe(text)), "a: >\n"),
  "a recipe of brackets": over("]", (text) => quietly(() => readRecipe(text)), "a: "),
  "a label rule of words": over("a ", (text) => quietly(() => parseLabelRule(text))),
  "a label rule of blanks": over(" ", (text) => quietly(() => parseLabelRule(text)), "a", "~"),
  "a label rule of digits": over("1", (text) => quietly(() => parseLabelRule(text)), "a = ", "x"),
  "a label rule of an open text": over('\\"', (text) => quietly(() => parseLabelRule(text)), 'a ~ "'),
  "a pattern of file names": over("{id}", (text) => quietly(() => parsePattern(text))),
  "a pattern of open brackets": over("{a", (text) => quietly(() => parsePattern(text))),
  "a pattern of sets": over("[\\w\\s]", (text) => quietly(() => createPredicate(["a", "~", text]))),
  "a checksum": overBytes("x", (bytes) => crc32(bytes)),
  ".netrc of blank lines": over("\n", (text) => passwordIn(text, "h", "u")),
  ".netrc of macros": over("macdef\n", (text) => passwordIn(text, "h", "u")),
  ".netrc of quotes": over('"\\" ', (text) => passwordIn(text, "h", "u")),
  ".netrc of open quotes": over('"\\"', (text) => passwordIn(text, "h", "u")),
  ".netrc of comments": over('# "\n', (text) => passwordIn(text, "h", "u")),
  ".netrc of machines": over("machine m login l\n", (text) => passwordIn(text, "h", "u")),
  "a licence of hyphens": over("-", licenceName, "cc"),
  "an image's name": over("皮", keyName),
  "columns of dots": over(".", (path) => unflatten(new Map([[path, 1]]))),
  "a record of names": (size) => {
    const record = Object.fromEntries(Array.from({ length: Math.ceil(size / 8) }, (_, i) => [`k${i}`, i]));
    return () => flatten(record);
  },
  "a search of spaces": over(" ", asks, "sex:male"),
  "a search of spaces before OR": over(" ", asks, "isic_id:ISIC_0000000 OR", "x"),
  "a search of quotes": over('"', asks),
  "a search of brackets": over("(", asks),
  "the language: spaces": over(" ", (text) => quietly(() => parseQuery(text)), "sex:male", "x"),
  "the language: terms": over("sex:male ", (text) => quietly(() => parseQuery(text))),
  "the language: quotes": over('"', (text) => quietly(() => parseQuery(text))),
  "the language: a number": over("9", (text) => quietly(() => parseQuery(text)), "age_approx:"),
  "the language: hyphens": over("-", (text) => quietly(() => parseQuery(text))),
  "the language: letters": over("x", (text) => quietly(() => parseQuery(text))),
  "the language: colons": over("a:", (text) => quietly(() => parseQuery(text))),
  "the language: stars, asked": (size) => {
    const stars = quietly(() => createQueryPredicate(`lesion_id:${"*a".repeat(20)}b`));
    const record = { metadata: { clinical: { lesion_id: "a".repeat(size) } } };
    return () => (stars as ((record: unknown) => boolean) | undefined)?.(record);
  },
  "criteria: a text looked for": (size) => {
    const selects = createPredicate(["a", "ni", `${"a".repeat(100)}b`]);
    return () => selects({ a: "a".repeat(size) });
  },
  "criteria: blanks at the end": (size) => {
    const selects = createPredicate(["a", "~", "\\s+$"]);
    return () => selects({ a: `${" ".repeat(size)}x` });
  },
  "criteria: digits": (size) => {
    const selects = createPredicate(["a", "~", "\\d+\\.\\d+$"]);
    return () => quietly(() => selects({ a: `${"1".repeat(size)}x` }));
  },
  "criteria: many values": (size) => {
    const values = Array.from({ length: Math.ceil(size / 64) }, (_, i) => `v${i}`);
    return () => createPredicate(["a", "in", values])({ a: "x" });
  },
  "criteria: many values, as a search": (size) => {
    const values = Array.from({ length: Math.ceil(size / 8) }, (_, i) => `v${i}`);
    return () => toQuery(["metadata.clinical.sex", "in", values]);
  },
  "a path of equals signs": over("=", (path) => getPath([{ a: 1 }], path)),
  "a path of tildes": over("~", (path) => quietly(() => getPath([{ a: "x" }], path)), "a"),
  "a path of dots": over("a.", (path) => getPath({ a: 1 }, path)),
  "near matches of a long name": over("a", (name) => nearMatches(name, ["b".repeat(1000), "sex"])),
  "near matches among long names": over("a", (name) => nearMatches("sex", [name])),
  "near matches of two long names": over("a", (name) => nearMatches(name, [name.replaceAll("a", "b")])),
};

function withHead(bytes: Uint8Array<ArrayBuffer>, head: readonly number[]): Uint8Array<ArrayBuffer> {
  bytes.set(head);
  return bytes;
}

function quietly(work: () => unknown): unknown {
  try {
    const result = work();
    return result instanceof Promise ? result.catch(() => undefined) : result;
  } catch {
    return undefined;
  }
}

function byteByByte(bytes: Uint8Array): void {
  const check = new PhotoCheck();
  for (let at = 0; at < bytes.length; at++) check.push(bytes.subarray(at, at + 1));
  check.end();
}

function numbered(part: (i: number) => string, scan: (text: string) => unknown): Scan {
  return (size) => {
    const whole = Array.from({ length: Math.ceil(size / part(size).length) }, (_, i) => part(i)).join("");
    return () => quietly(() => scan(whole));
  };
}

async function timed(scan: Scan, size: number): Promise<number> {
  const run = scan(size);
  let best = Number.POSITIVE_INFINITY;
  // The best of some, because other programs share the machine.
  for (let i = 0; i < 3; i++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
    if (best > 300) break;
  }
  return best;
}

const LARGEST = 2 ** 22;
/** What takes less tells nothing. */
const MEASURABLE_MS = 15;

/** How much longer it takes for twice the text, and where that was measured. */
async function growth(scan: Scan): Promise<{ readonly ratio: number; readonly where: string }> {
  await timed(scan, 1000);
  for (let size = 1000; size < LARGEST; size *= 2) {
    const ms = await timed(scan, size);
    if (ms < MEASURABLE_MS) continue;
    let ratio = (await timed(scan, size * 2)) / ms;
    // Once is a moment of the collector's; twice in a row is a law.
    if (ratio > 3) ratio = (await timed(scan, size * 4)) / (await timed(scan, size * 2));
    return { ratio, where: `${size} characters in ${ms} ms` };
  }
  return { ratio: 0, where: "too fast to be measured" };
}

describe("a scanner takes twice the time for twice the text, or hardly any", () => {
  test.each(Object.keys(SCANNERS))("%s", async (name) => {
    const { ratio, where } = await growth(SCANNERS[name]!);
    expect(ratio, where).toBeLessThan(3);
  });

  test("and one that looks at all again for each character is noticed", async () => {
    const { ratio } = await growth(over(" ", (text) => / +x/.test(text)));
    expect(ratio).toBeGreaterThan(3);
  });
});
