import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idsIn } from "../src/selection/id-list.ts";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

let box: Box;
beforeAll(async () => {
  box = await startBox(12);
});
afterAll(() => box.close());

const ONE = "ISIC_0000001";
const TWO = "ISIC_0000002";
const BOTH = [ONE, TWO];
const HAM =
  '"lesion_id","image_id","dx","dx_type","age","sex","localization","dataset"\n' +
  `"HAM_0000118","${ONE}","bkl","histo",80.0,"male","scalp","vidir_modern"\n` +
  `"HAM_0000118","${TWO}","bkl","histo",80.0,"male","scalp","vidir_modern"\n`;
const ours = (text: string): string[] => idsIn(text, "list", "v2");

describe("what people have for lists", () => {
  it.each([
    ["one per line", `${ONE}\n${TWO}\n`],
    ["with Windows' line ends, blank lines and remarks", `# mine\r\n\r\n${ONE}\r\n  # and\r\n${TWO} # the second\r\n`],
    ["the columns of HAM10000, the lesion first", HAM],
    ["the index of pandas first", `,image_id,label\n0,${ONE},1\n1,${TWO},0\n`],
    ["the index of pandas first, with tabs", `\timage_id\tlabel\n0\t${ONE}\t1\n1\t${TWO}\t0\n`],
    ["names of files", `${ONE}.jpg\n./photos/${TWO}.jpg\n`],
    ["names of files on Windows", `C:\\photos\\${ONE}.JPG\r\nC:\\photos\\${TWO}.png\r\n`],
    ["names of smaller copies", `image,MEL,NV\n${ONE}_downsampled,0.0,1.0\n${TWO}_downsampled,1,0\n`],
    ["names of masks", `${ONE}_segmentation.png\n${TWO}_Segmentation.png\n`],
    ["addresses", `https://example.org/images/${ONE}.jpg?x=1\nhttps://example.org/images/${TWO}.jpg\n`],
    ["semicolons and decimal commas", `isic_id;age;score\n${ONE};"50";0,7\n${TWO};60;0,3\n`],
    ["tabs", `dx\timage\nnv\t${ONE}\nmel\t${TWO}\n`],
    ["a title with a blank", `Image Name,Label\n${ONE},1\n${TWO},0\n`],
    ["a title that says nothing", `derm,label\n${ONE},1\n${TWO},0\n`],
    ["a title over a plain list", `my photos\n${ONE}\n${TWO}\n`],
    ["two columns of ids: the surer title", `similar_to,isic_id\nISIC_0000009,${ONE}\nISIC_0000008,${TWO}\n`],
    ["no titles", `nv,${ONE}\nmel,${TWO}\n`],
    ["all in one line", `${ONE},${TWO}\n`],
    ["all in one line, with blanks", `${ONE} ${TWO}\n`],
    ["JSON", `["${ONE}", "${TWO}"]\n`],
    ["names as JSON, one per line", `"${ONE}"\n"${TWO}"\n`],
    ["quotes with a line break in a cell before", `note,isic_id\n"a\nb",${ONE}\n"c, d",${TWO}\n`],
    ["an inch sign in a cell", `isic_id,size\n${ONE},3" wide\n${TWO},2"\n`],
    ["small letters, twice, and cells without a value", `image_id\nisic_0000001\n${ONE}\nnan\n\n${TWO}\n`],
  ])("%s", (_what, text) => expect(ours(text)).toEqual(BOTH));

  it("keep what is no id, for the archive to say so", () => {
    expect(ours(`image_id,dx\n${ONE},nv\nISIC_12,mel\nHAM_0000118,mel\n`)).toEqual([ONE, "ISIC_12", "HAM_0000118"]);
    expect(ours(`ISIC_12\n${ONE}\n`)).toEqual(["ISIC_12", ONE]);
    expect(ours("image_id,dx\nISIC_12,nv\n")).toEqual(["ISIC_12"]);
  });

  it("of v1 may have its own ids, and names that are not the archive's", () => {
    const id = "5436e3abbae478396759f0cf";
    expect(idsIn(`_id,name\n${id},${ONE}\n`, "list", "v1")).toEqual([ONE]);
    expect(idsIn(`_id,label\n${id},1\n`, "list", "v1")).toEqual([id]);
    const text = `lesion a\nlesion b.jpg\n${ONE}_crop\n${TWO}_downsampled.jpg\n`;
    expect(idsIn(text, "list", "v1")).toEqual(["lesion a", "lesion b", `${ONE}_crop`, TWO]);
  });

  it.each([
    ["", "list holds no ids."],
    ["# nothing\n\n", "list holds no ids."],
    ["image_id,dx\n", "list holds no ids."],
    [
      "lesion_id,dx\nHAM_0000118,nv\n",
      "list holds no ids: no column (lesion_id, dx) is called isic_id, image_id or image, or has names such as ISIC_0000000.",
    ],
    [`isic_id,note\n${ONE},"never closed\n${TWO},x\n`, "list cannot be read as a table: "],
  ])("without ids: %j", (text, said) => expect(() => ours(text)).toThrow(said));

  it("of many rows are read in one pass", () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `HAM_1,ISIC_${String(i).padStart(7, "0")},nv,80`);
    const started = performance.now();
    expect(ours(`lesion_id,image_id,dx,age\n${rows.join("\n")}\n`)).toHaveLength(50_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe("--ids-from", () => {
  const select = (path: string, ...words: string[]) =>
    isic("image", "select", "--server", box.url, "--names", "--ids-from", path, ...words);

  it("reads UTF-8 and UTF-16, with and without a mark", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "ids.csv");
    const little = Buffer.from(HAM, "utf16le");
    for (const bytes of [
      Buffer.from(HAM),
      Buffer.from(`\uFEFF${HAM}`),
      Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
      Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(little).swap16()]),
      little,
      Buffer.from(little).swap16(),
      Buffer.from(`isic_id,Läsion\n${ONE},M\xe4rz\n${TWO},x\n`, "latin1"),
    ]) {
      await writeFile(path, bytes);
      expect(await select(path)).toEqual({ code: 0, out: `${ONE}\n${TWO}\n`, err: "" });
    }
  });

  it("says what a file is that is no list", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "ids");
    for (const [bytes, said] of [
      [Buffer.from("PK\u0003\u0004xlsx"), "save the sheet as CSV"],
      [gzipSync(HAM), "unpack it first"],
      [Buffer.from("PAR1...."), "a Parquet file"],
      [Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 1]), "is no text"],
    ] as const) {
      await writeFile(path, bytes);
      const { code, out, err } = await select(path);
      expect([code, out, err]).toEqual([1, "", expect.stringContaining(said)]);
      expect(err).toContain(path);
    }
  });

  it("lists what the archive does not have, with exit code 1; in a dry run too", async () => {
    await using folder = await temporaryFolder();
    const list = join(folder.path, "ham.csv");
    await writeFile(list, `${HAM}"HAM_1","ISIC_9999999","nv"\n"HAM_2","HAM_0000007","nv"\n`);
    const selected = await select(list);
    expect([selected.code, selected.out]).toEqual([1, `${ONE}\n${TWO}\n`]);
    expect(selected.err).toBe("isic: 2 images not found: ISIC_9999999, HAM_0000007.\n");
    await mkdir(join(folder.path, "set"));
    const dry = ["image", "download", join(folder.path, "set"), "--server", box.url, "--ids-from", list, "--dry-run"];
    const { code, out, err } = await isic(...dry);
    expect([code, err]).toEqual([1, "isic: 2 images not found: ISIC_9999999, HAM_0000007.\n"]);
    expect(out).toContain("Not in the archive: ISIC_9999999, HAM_0000007.");
    const json = await isic(...dry, "--json");
    expect([json.code, JSON.parse(json.out).unknown]).toEqual([1, ["ISIC_9999999", "HAM_0000007"]]);
  });
});
