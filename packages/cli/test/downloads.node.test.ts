import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { nodeCodecs, readCsvColumns, readManifest } from "isic/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startArchive } from "../src/box/archive.ts";
import { type Box, startBox } from "./box.ts";
import { startFileServer } from "./file-server.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

let box: Box;
beforeAll(async () => {
  box = await startBox(24);
});
afterEach(() => {
  box.instead = () => undefined;
});
afterAll(() => box.close());

const v1 = (): string[] => ["--api", "v1", "--server", box.url];
const v2 = (): string[] => ["--server", box.url];
const decode = async (path: string) => nodeCodecs.decode(new Uint8Array(await readFile(path)));
const filesOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => /\.(jpg|png|tif)$/.test(name)).sort();

describe("what is downloaded", () => {
  it("the images of a collection", async () => {
    await using folder = await temporaryFolder();
    const { id } = JSON.parse((await isic("collection", "list", ...v2(), "--json")).out).at(-1);
    const chosen = ["-c", String(id)];
    const listed = (await isic("image", "select", ...v2(), ...chosen, "--names")).out.trim().split("\n");
    const all = (await isic("image", "select", ...v2(), "--count")).out.trim();
    expect(listed.length).toBeLessThan(Number(all));
    const { code, err } = await isic("image", "download", folder.path, ...v2(), ...chosen);
    expect([code, err]).toEqual([0, ""]);
    expect((await filesOf(folder.path)).map((name) => name.replace(/\.\w+$/, ""))).toEqual(listed.sort());
  });

  it.each(["dataset", "study"])("the images of a %s, by its name", async (kind) => {
    await using folder = await temporaryFolder();
    const list = kind === "study" ? box.archive.studies : box.archive.datasets;
    const { name } = list[0]!;
    const { code, out, err } = await isic("image", "download", folder.path, ...v1(), `--${kind}`, name, "--json");
    expect([code, err]).toEqual([0, ""]);
    const { images, fetched } = JSON.parse(out);
    expect(images).toBeGreaterThan(0);
    expect(fetched).toBe(images);
    for (const { record } of await readManifest(folder.path)) {
      if (kind === "dataset") expect(record).toMatchObject({ dataset: { name } });
    }
    const wrong = await isic("image", "download", join(folder.path, "no"), ...v1(), `--${kind}`, `${name}x`);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining(`"${name}"?`)]);
  });

  it.each(["v1", "v2"])("thumbnails, on %s", async (family) => {
    await using folder = await temporaryFolder();
    const server = family === "v1" ? v1() : v2();
    const { code, err } = await isic("image", "download", folder.path, ...server, "--thumbnails", "--limit", "2");
    expect([code, err]).toEqual([0, ""]);
    const files = await filesOf(folder.path);
    expect(files.map((name) => /_thumbnail\.(jpg|png)$/.test(name))).toEqual([true, true]);
    const { width, height } = await decode(join(folder.path, files[0]!));
    expect(Math.max(width, height)).toBeLessThanOrEqual(256);
  });

  it("copies of a size, and what they were made of", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "small");
    const words = ["--ids", "ISIC_0000000,ISIC_0000001", "--resize", "48"];
    const { code, err } = await isic("image", "download", target, ...v2(), ...words);
    expect([code, err]).toEqual([0, ""]);
    for (const { file, resized, bytes } of await readManifest(target)) {
      const { width, height } = await decode(join(target, file!));
      expect(Math.max(width, height)).toBe(48);
      expect(resized).toMatchObject({ longerSide: 48 });
      expect(resized!.bytes).not.toBe(bytes);
    }
    const copy = await isic("image", "download", join(folder.path, "copy"), ...v2(), "--from", target);
    expect([copy.code, copy.err]).toEqual([0, ""]);
  });

  it("the files of another download under their own names, with their shares and classes", async () => {
    await using folder = await temporaryFolder();
    const [set, copy] = [join(folder.path, "set"), join(folder.path, "copy")];
    const words = ["--limit", "12", "--split", "50/50", "--labels", "isic2019", "--names", "$split$/$name$"];
    expect((await isic("image", "download", set, ...v2(), ...words)).code).toBe(0);
    const { code, err } = await isic("image", "download", copy, ...v2(), "--from", join(set, "manifest.jsonl"));
    expect([code, err]).toEqual([0, ""]);
    const shown = async (target: string) =>
      (await readManifest(target)).map(({ id, file, sha256, split, label }) => ({ id, file, sha256, split, label }));
    const files = await shown(copy);
    expect(files).toEqual(await shown(set));
    expect(new Set(files.map(({ split }) => split)).size).toBe(2);
    expect(files.every(({ file, split }) => file?.startsWith(`${split}/`))).toBe(true);
    const renamed = ["image", "download", join(folder.path, "renamed"), ...v2(), "--names", "$label$/$split$/$name$"];
    expect((await isic(...renamed, "--from", set)).code).toBe(0);
    const plain = join(folder.path, "plain");
    await isic("image", "download", plain, ...v2(), "--limit", "1");
    expect((await isic(...renamed, "--from", plain)).err).toBe("isic: --names: $label$ needs --labels.\n");
  });

  it("a repaired copy is a copy again, under its name, with its share and class", async () => {
    await using folder = await temporaryFolder();
    const words = [
      "--limit",
      "6",
      "--resize",
      "48",
      "--split",
      "50/50",
      "--labels",
      "isic2016",
      "--names",
      "$split$/$name$",
    ];
    expect((await isic("image", "download", folder.path, ...v2(), ...words)).code).toBe(0);
    const before = await readManifest(folder.path);
    const [cut, gone] = before;
    await writeFile(join(folder.path, cut!.file!), "cut");
    await rm(join(folder.path, gone!.file!));
    const { code, err } = await isic("image", "verify", folder.path, "--repair", ...v2());
    expect([code, err]).toEqual([0, ""]);
    const untimed = (entries: typeof before) => entries.map(({ fetchedAt: _, ...entry }) => entry);
    expect(untimed(await readManifest(folder.path))).toEqual(untimed(before));
    const { width, height } = await decode(join(folder.path, cut!.file!));
    expect(Math.max(width, height)).toBe(48);
  });

  it("a list of ids in a file, with those that are not there named", async () => {
    await using folder = await temporaryFolder();
    const [list, target] = [join(folder.path, "ids.csv"), join(folder.path, "set")];
    await writeFile(list, 'isic_id,label\r\nISIC_0000002,1\r\n"ISIC_0000004",0\r\nISIC_9999999,0\r\n');
    const { code, out } = await isic("image", "download", target, ...v2(), "--ids-from", list);
    expect(code).toBe(1);
    expect(out).toMatch(/^ISIC_9999999 +image +/m);
    expect(await filesOf(target)).toEqual(["ISIC_0000002.jpg", "ISIC_0000004.jpg"]);
    const missing = await isic("image", "download", target, ...v2(), "--ids-from", join(folder.path, "no.txt"));
    expect([missing.code, missing.err]).toEqual([
      1,
      `isic: There is no file or folder ${join(folder.path, "no.txt")}.\n`,
    ]);
  });

  it("superpixels and masks beside the images, of the same size", async () => {
    await using folder = await temporaryFolder();
    const words = ["--superpixels", "--masks", "--limit", "3", "--json"];
    const { code, out, err } = await isic("image", "download", folder.path, ...v1(), ...words);
    expect([code, err]).toEqual([0, ""]);
    const { absent } = JSON.parse(out);
    const entries = await readManifest(folder.path);
    const photos = new Map(entries.filter(({ part }) => part === "image").map(({ id, file }) => [id, file!]));
    const masks = entries.filter(({ part, state }) => part === "mask" && state === "done");
    expect(masks.length + absent).toBe(3);
    expect(masks.length).toBeGreaterThan(0);
    for (const { id, file, part, state } of entries) {
      if (state !== "done" || part === "image") continue;
      const [photo, other] = [await decode(join(folder.path, photos.get(id)!)), await decode(join(folder.path, file!))];
      expect([other.width, other.height]).toEqual([photo.width, photo.height]);
      expect(file).toMatch(part === "mask" ? /_segmentation\.png$/ : /_superpixels\.png$/);
    }
  });
});

describe("the metadata", () => {
  it.each(["v1", "v2"])("of %s are the same as CSV and as Parquet, in a download and on their own", async (family) => {
    await using folder = await temporaryFolder();
    const server = family === "v1" ? v1() : v2();
    expect((await isic("image", "download", folder.path, ...server, "--limit", "9")).code).toBe(0);
    const columns = await readCsvColumns(await readFile(join(folder.path, "metadata.csv"), "utf8"));
    const rows = await parquetRows(join(folder.path, "metadata.parquet"));
    expect(rows).toHaveLength(9);
    expect(Object.keys(rows[0]!).sort()).toEqual(Object.keys(columns).sort());
    for (const [i, row] of rows.entries()) {
      const inCsv = Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells[i] ?? null]));
      expect(row).toEqual(inCsv);
    }
    const own = join(folder.path, "own.parquet");
    expect((await isic("metadata", "download", ...server, "--limit", "9", "-o", own)).code).toBe(0);
    expect(await parquetRows(own)).toEqual(rows.map(({ file: _, ...row }) => row));
  });
});

/** As they read from CSV, which has no types: nothing is null, lists are lists, and text of digits is a number. */
async function parquetRows(path: string): Promise<Record<string, unknown>[]> {
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
  const cell = (value: unknown): unknown =>
    typeof value === "string" && /^(\[.*|\d+)$/.test(value) ? JSON.parse(value) : (value ?? null);
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)])));
}

describe("what is refused", () => {
  it("a download that the disk has no room for, unless forced", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "set");
    box.instead = ({ url }) =>
      new URL(url).pathname.endsWith("/size/") ? Response.json({ size: Number.MAX_SAFE_INTEGER }) : undefined;
    const words = ["image", "download", target, ...v2(), "--search", "isic_id:ISIC_0000001"];
    const { code, err } = await isic(...words);
    expect(code).toBe(1);
    expect(err).toMatch(/^isic: .*set has .* GB free, and the download needs about 9007199\.3 GB: .*--force/);
    expect(await readdir(folder.path)).toEqual([]);
    expect((await isic(...words, "--force")).code).toBe(0);
  });

  it("likewise where only the records tell how large the files are, which are asked for once", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "set");
    const lists = () => box.asked.filter((url) => /\/api\/v1\/image\?/.test(url)).length;
    const words = ["image", "download", target, ...v1(), "--limit", "3", "--split", "50/50"];
    const before = lists();
    box.instead = async (request) => {
      if (!new URL(request.url).pathname.endsWith("/api/v1/image")) return undefined;
      const records = (await (await box.archive.fetch(request)).json()) as { meta: { acquisition: object } }[];
      const acquisition = { pixelsX: 1e9, pixelsY: 1e9 };
      return Response.json(records.map((each) => ({ ...each, meta: { ...each.meta, acquisition } })));
    };
    const { code, err } = await isic(...words);
    expect(code).toBe(1);
    expect(err).toMatch(/^isic: .*set has .* free, and the download needs about 750000000\.0 GB: .*--force/);
    expect(await readdir(folder.path)).toEqual([]);
    const refused = lists() - before;
    expect((await isic(...words, "--force")).code).toBe(0);
    expect(lists() - before).toBe(refused * 2);
  });

  it.each(["0.5/0.25/0.25", "33.3/33.3/33.4", "0.7,0.2,0.1", "100:0"])(
    "no shares that are a whole: %s",
    async (split) => {
      const words = ["--split", split, "--split-by", "lesion", "--seed", "7", "--limit", "2"];
      expect((await isic("image", "download", "never-made", ...v2(), ...words, "--dry-run")).code).toBe(0);
    },
  );

  it("names that would leave the folder: the files stay inside", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "a", "set");
    box.instead = async (request) => {
      const { pathname } = new URL(request.url);
      if (!pathname.endsWith("/api/v1/image")) return undefined;
      const records = (await (await box.archive.fetch(request)).json()) as { name: string }[];
      const names = ["../../out", "/etc/passwd", "..\\out", "CON", "a/../../b"];
      return Response.json(records.map((record, i) => ({ ...record, name: names[i] ?? record.name })));
    };
    const words = ["--limit", "5", "--names", "$name$/$name$", "--json"];
    const { code, out } = await isic("image", "download", target, ...v1(), ...words);
    expect([code, JSON.parse(out).fetched]).toEqual([0, 5]);
    expect(await readdir(folder.path)).toEqual(["a"]);
    expect(await readdir(join(folder.path, "a"))).toEqual(["set"]);
    const entries = await readManifest(target);
    expect(entries).toHaveLength(5);
    for (const { file } of entries) expect((await stat(join(target, file!))).isFile()).toBe(true);
  });

  it.each([
    ["sex:male and age_approx:50", 'Unexpected "and" at position 9; write AND in capitals.', 9],
    ["sex:femal(", "at position", 9],
  ])("a search that is none, %s: before anybody is asked", async (search, said, position) => {
    const before = box.asked.length;
    for (const command of [
      ["image", "download", "never-made"],
      ["image", "select"],
      ["metadata", "download"],
    ]) {
      const { code, err } = await isic(...command, ...v2(), "--search", search);
      expect(code).toBe(2);
      const [sentence, shown, caret] = err.split("\n");
      expect(sentence).toMatch(/^isic: --search: /);
      expect(sentence).toContain(said);
      expect(shown).toBe(`  ${search}`);
      expect(caret).toBe(`${" ".repeat(2 + position)}^`);
    }
    expect(box.asked.length).toBe(before);
  });

  it("a collection that is not there, and no folder is made", async () => {
    await using folder = await temporaryFolder();
    for (const command of [
      ["image", "download", join(folder.path, "x")],
      ["image", "select"],
    ]) {
      const { code, err } = await isic(...command, ...v2(), "-c", "999999");
      expect([code, err]).toEqual([
        1,
        expect.stringMatching(/^isic: There is no collection 999999 that you may see: /),
      ]);
    }
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each([
    ["v2", "metadata.clinical.sexx", "metadata.clinical.sex"],
    ["v2", "sexx", "metadata.clinical.sex"],
    ["v1", "meta.clinical.sexx", "meta.clinical.sex"],
  ])("nothing, but on %s a mistyped %s is named with the right one", async (family, path, meant) => {
    const server = family === "v1" ? v1() : v2();
    const { code, out, err } = await isic("image", "select", ...server, "-w", `${path} == female`, "--count");
    expect([code, out]).toEqual([0, "0\n"]);
    expect(err).toMatch(/^note: --where: .*$/m);
    expect(err.match(/--where/g)).toHaveLength(1);
    if (path !== "sexx") expect(err).toContain(`did you mean "${meant}"?`);
  });
});

describe("downloads", () => {
  it("lists exactly what failed, ends with 1, and mends it later", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "photos");
    const broken = new Set<string>();
    const server = await startFileServer({ images: 36, broken });
    try {
      const names = (await isic("image", "select", "--server", server.url, "--names")).out.trim().split("\n");
      const bad = [names[3]!, names[17]!, names[29]!];
      for (const name of bad) broken.add(name);
      const words = ["image", "download", target, "--server", server.url];
      const first = await isic(...words);
      expect(first.code).toBe(1);
      expect(first.err).toMatch(
        /^isic: 3 files could not be fetched; see .*manifest\.jsonl\. The same command tries them again\.\n$/,
      );
      expect([...first.out.matchAll(/^(ISIC_\d+)/gm)].map((match) => match[1])).toEqual(bad);
      const verified = await isic("image", "verify", target);
      expect(verified.code).toBe(1);
      broken.clear();
      const asked = server.asked.length;
      const mended = await isic("image", "verify", target, "--repair", "--server", server.url);
      expect([mended.code, mended.err]).toEqual([0, ""]);
      expect(server.asked.slice(asked).sort()).toEqual(bad);
      expect((await isic("image", "verify", target)).code).toBe(0);
    } finally {
      await server.close();
    }
  });

  it("finds what was changed on the disk, and fetches the same again", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "photos");
    await isic("image", "download", target, ...v2(), "--limit", "4");
    const path = join(target, "ISIC_0000002.jpg");
    const bytes = await readFile(path);
    await writeFile(path, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]));
    const { code, out } = await isic("image", "verify", target);
    expect(code).toBe(1);
    expect(out).toContain("ISIC_0000002.jpg  hash");
    expect((await isic("image", "verify", target, "--repair", ...v2())).code).toBe(0);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it("verified as JSON, is one document, whether or not there is something to repair", async () => {
    await using folder = await temporaryFolder();
    await isic("image", "download", folder.path, ...v2(), "--limit", "2");
    const run = async (...words: string[]) => {
      const { code, out } = await isic("image", "verify", folder.path, "--json", ...v2(), ...words);
      return { code, ...JSON.parse(out) };
    };
    const clean = { code: 0, folder: folder.path, files: 2, broken: [] };
    expect(await run()).toMatchObject(clean);
    const repaired = await run("--repair");
    expect(repaired).toMatchObject(clean);
    expect(repaired).not.toHaveProperty("repaired");
    await rm(join(folder.path, "ISIC_0000001.jpg"));
    const broken = [{ trouble: "missing" }];
    expect(await run()).toMatchObject({ code: 1, broken });
    expect(await run("--repair")).toMatchObject({ code: 0, broken, repaired: { fetched: 1, failed: [] } });
    expect(await run()).toMatchObject(clean);
  });

  it("gives the same set from a manifest, and splits, labels and names as asked", async () => {
    await using folder = await temporaryFolder();
    const [set, copy] = [join(folder.path, "set"), join(folder.path, "copy")];
    const words = ["--split", "50/50", "--labels", "isic2019", "--names", "$split$/$name$"];
    const first = await isic("image", "download", set, ...v2(), "--limit", "8", ...words);
    expect([first.code, first.err]).toEqual([0, ""]);
    expect(first.out).toMatch(/patient: metadata\.clinical\.patient_id; \d of 8 images have none\./);
    expect((await readdir(set)).filter((name) => !name.includes("."))).toEqual(["licenses", "test", "train"]);
    expect((await readFile(join(set, "metadata.csv"), "utf8")).split("\r\n")[0]).toContain(",file,split,label,");
    const again = await isic("image", "download", copy, ...v2(), "--from", join(set, "manifest.jsonl"));
    expect([again.code, again.err]).toEqual([0, ""]);
    const manifest = (await readFile(join(set, "manifest.jsonl"), "utf8")).replace(/"sha256":"./, '"sha256":"x');
    await writeFile(join(folder.path, "other.jsonl"), manifest);
    const other = await isic(
      "image",
      "download",
      join(folder.path, "third"),
      ...v2(),
      "--from",
      join(folder.path, "other.jsonl"),
    );
    expect(other.code).toBe(1);
    expect(other.err).toContain("1 file changed since that manifest");
  });

  it("says what would come, and fetches nothing", async () => {
    const before = box.asked.length;
    const { code, out } = await isic("image", "download", "never-made", ...v2(), "--dry-run");
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+ images, 0 of them already in never-made; .* to come, .* free there\./);
    expect(out).toContain("CC-0");
    expect(box.asked.slice(before).filter((url) => /\.(jpg|png|tif)$/.test(new URL(url).pathname))).toEqual([]);
  });

  it("says what would come of a shard, of previews, and of ids that are not there", async () => {
    const plan = async (...words: string[]) =>
      JSON.parse((await isic("image", "download", "never-made", ...v2(), "--dry-run", "--json", ...words)).out);
    const [one, two] = [await plan("--shard", "1/2"), await plan("--shard", "2/2")];
    expect(one.images + two.images).toBe((await plan()).images);
    expect((await plan("--thumbnails")).bytes).toBe(undefined);
    const words = ["--ids", "ISIC_0000001,ISIC_7777777"];
    expect(await plan(...words)).toMatchObject({ images: 2, unknown: ["ISIC_7777777"] });
    const { out } = await isic("image", "download", "never-made", ...v2(), "--dry-run", ...words, "--thumbnails");
    expect(out).toContain("of a size not known before to come");
    expect(out).toContain("Not in the archive: ISIC_7777777.");
  });

  it.each([
    ["--split", "a/b"],
    ["--labels", "isic1999"],
    ["--shard", "3/2"],
    ["--names", "all"],
  ])("%s %s is refused before anybody is asked, in a dry run too", async (option, value) => {
    const before = box.asked.length;
    for (const words of [[], ["--dry-run"]]) {
      const { code, err } = await isic("image", "download", "never-made", ...v2(), option, value, ...words);
      expect([code, err]).toEqual([2, expect.stringContaining(`isic: ${option}: `)]);
    }
    expect(box.asked.length).toBe(before);
  });

  it("takes the room of the images that criteria select, not of the whole search", async () => {
    await using folder = await temporaryFolder();
    box.instead = ({ url }) =>
      new URL(url).pathname.endsWith("/size/") ? Response.json({ size: Number.MAX_SAFE_INTEGER }) : undefined;
    const words = ["--where", "metadata.clinical.sex match fem"];
    const { code, err } = await isic("image", "download", join(folder.path, "set"), ...v2(), ...words);
    expect([code, err]).toEqual([0, ""]);
  });

  it("a manifest of the other API is refused, another server is named, changed terms are said", async () => {
    await using folder = await temporaryFolder();
    const [old, set, copy] = ["old", "set", "copy"].map((name) => join(folder.path, name)) as [string, string, string];
    await isic("image", "download", old, ...v1(), "--limit", "2");
    await isic("image", "download", set, ...v2(), "--limit", "2");
    const from = (manifest: string, ...words: string[]) =>
      isic("image", "download", copy, "--from", join(manifest, "manifest.jsonl"), ...words);
    const wrong = await from(old, ...v2());
    expect([wrong.code, wrong.err]).toEqual([
      2,
      expect.stringContaining("are of an archive of the API v1: add --api v1"),
    ]);
    expect((await from(set, ...v1())).err).toContain("are of an archive of the API v2: leave out --api v1");
    const repaired = await isic("image", "verify", old, "--repair", ...v2());
    expect(repaired.code).toBe(0);
    await rm(join(old, (await filesOf(old))[0]!));
    expect((await isic("image", "verify", old, "--repair", ...v2())).code).toBe(2);

    const path = join(set, "manifest.jsonl");
    const text = await readFile(path, "utf8");
    const { host } = new URL(box.url);
    await writeFile(
      path,
      text.replaceAll(host, "mirror.test").replace(/"attribution":"[^"]*"/, '"attribution":"Nobody"'),
    );
    const { code, err } = await from(set, ...v2());
    expect(code).toBe(0);
    expect(err).toContain(`note: those files came from mirror.test; ${host} is asked now.`);
    expect(err).toMatch(
      /note: 1 image changed terms since that manifest:\n {2}ISIC_\d{7}: attribution "Nobody" is now "/,
    );
  });

  it.each(["--thumbnails", "--masks", "--superpixels", "--limit=3", "--ids=ISIC_0000001"])(
    "--from with %s is refused: the manifest says it",
    async (word) => {
      const { code, err } = await isic("image", "download", "never-made", ...v2(), "--from", "manifest.jsonl", word);
      expect([code, err]).toEqual([2, expect.stringContaining(`leave out ${word.split("=")[0]}.`)]);
    },
  );

  it.each(["v1", "v2"])(
    "a folder that was downloaded from %s can be served: the same images, records and terms",
    async (family) => {
      await using folder = await temporaryFolder();
      const [set, copy] = [join(folder.path, "set"), join(folder.path, "copy")];
      const [server, parts] = family === "v1" ? [v1(), ["--masks"]] : [v2(), []];
      const words = ["--limit", "6", "--superpixels", ...parts];
      expect((await isic("image", "download", set, ...server, ...words)).code).toBe(0);
      const served = await startArchive({ port: 0, data: set });
      try {
        const there = ["--server", served.url, ...(family === "v1" ? ["--api", "v1"] : [])];
        const again = await isic("image", "download", copy, ...there, "--superpixels", ...parts);
        expect([again.code, again.err]).toEqual([0, ""]);
        const facts = async (path: string) =>
          (await readManifest(path)).map(({ name, part, sha256, licence, attribution }) => [
            name,
            part,
            sha256,
            licence,
            attribution,
          ]);
        expect(await facts(copy)).toEqual(await facts(set));
        const metadata = async (path: string) => readCsvColumns(await readFile(join(path, "metadata.csv"), "utf8"));
        const [before, after] = [await metadata(set), await metadata(copy)];
        for (const column of ["sex", "age_approx", "meta.clinical.sex", "diagnosis_1"]) {
          expect([column, after[column]]).toEqual([column, before[column]]);
        }
        // Each API is served from a download of the other, too.
        const other = ["--server", served.url, ...(family === "v1" ? [] : ["--api", "v1"])];
        expect((await isic("image", "select", ...other, "--count")).out).toBe("6\n");
      } finally {
        await served.close();
      }
    },
  );

  it("--from gives the files other names where --names is given", async () => {
    await using folder = await temporaryFolder();
    const [set, copy] = [join(folder.path, "set"), join(folder.path, "copy")];
    await isic("image", "download", set, ...v2(), "--limit", "2", "--names", "a_$name$");
    const words = ["--from", join(set, "manifest.jsonl"), "--names", "b_$name$"];
    expect((await isic("image", "download", copy, ...v2(), ...words)).code).toBe(0);
    expect((await filesOf(copy)).every((name) => name.startsWith("b_ISIC_"))).toBe(true);
  });

  it("leaves no folder behind when the selection cannot be read", async () => {
    await using folder = await temporaryFolder();
    const { code } = await isic("image", "download", join(folder.path, "x"), ...v2(), "--search", "blurry:true");
    expect(code).not.toBe(0);
    expect(await readdir(folder.path)).toEqual([]);
  });
});
