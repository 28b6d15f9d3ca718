import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSampleArchive } from "@isic/sample-archive";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeCodecs } from "../../src/codecs/node.ts";
import { type BuiltDataset, buildDataset } from "../../src/dataset/build/build.ts";
import { checkDataset } from "../../src/dataset/build/check.ts";
import { encodeLabels } from "../../src/dataset/build/encode.ts";
import { readExclusions } from "../../src/dataset/build/exclusions.ts";
import { type DatasetLock, readLock } from "../../src/dataset/build/lock-file.ts";
import type { BuildDatasetOptions } from "../../src/dataset/build/open-build.ts";
import type { Recipe } from "../../src/dataset/recipe/recipe.ts";
import { openClient } from "../../src/node/open-client.ts";

const box = createSampleArchive({ images: 60, smallPhotos: true });
const asked: string[] = [];
const fetch: typeof globalThis.fetch = (input, init) => {
  const request = new Request(input, init);
  asked.push(request.url);
  return box.fetch(request) as Promise<Response>;
};
let root: string;
let archive: BuildDatasetOptions["archive"];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isic-dataset-"));
  archive = (await openClient({ baseUrl: box.v2Url, fetch })).archive;
});
afterAll(() => rm(root, { recursive: true, force: true }));

const RECIPE: Recipe = {
  version: 1,
  title: "A small set",
  selection: { search: "isic_id:*" },
  labels: { classes: { Malignant: 'diagnosis_1 = "Malignant"' }, otherwise: "Other" },
  split: { shares: { train: 60, test: 40 }, seed: 3 },
  image: { size: 64, quality: 80 },
  // The box repeats its few small photos.
  duplicates: { rule: "report" },
};

let folders = 0;
const folder = (): string => join(root, `set-${folders++}`);
const build = (
  target: string,
  over: Partial<Recipe> | DatasetLock = {},
  options: Partial<BuildDatasetOptions> = {},
): Promise<BuiltDataset> =>
  buildDataset("files" in over ? (over as DatasetLock) : { ...RECIPE, ...(over as Partial<Recipe>) }, target, {
    archive,
    ...options,
  });

/** All of a set's files but the log and what its making leaves. */
async function filesOf(path: string): Promise<Map<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name).slice(path.length + 1);
    if (entry.isFile() && !file.startsWith(".isic") && file !== "build-log.jsonl")
      files.set(file, await readFile(join(path, file), "latin1"));
  }
  return new Map([...files].sort());
}

describe("a build", () => {
  test("makes the same bytes twice, is right by its check, and fetches nothing the second time", async () => {
    const [one, two] = [folder(), folder()];
    const built = await build(one);
    expect(built.images).toBeGreaterThan(40);
    expect(built.made).toBe(built.images);
    await build(two);
    expect(await filesOf(two)).toEqual(await filesOf(one));
    expect((await checkDataset(one)).problems).toEqual([]);
    expect(built.leftOut).toContainEqual({ id: "ISIC_0000052", reason: "cannot be read" });
    expect(built.notes.some((note) => note.includes("it is a TIFF"))).toBe(true);
    const before = await filesOf(one);
    const photos = asked.filter((url) => /\.(jpg|png)/.test(url)).length;
    expect((await build(one)).made).toBe(0);
    expect(asked.filter((url) => /\.(jpg|png)/.test(url)).length).toBe(photos);
    expect(await filesOf(one)).toEqual(before);
  });

  test("is made anew elsewhere from its lock, byte for byte; what is otherwise is named", async () => {
    const [one, two, three] = [folder(), folder(), folder()];
    await build(one, { split: { shares: { train: 1, test: 1 }, folds: 3 } });
    const lock = (await readLock(one)) as DatasetLock;
    expect((await build(two, lock)).differences).toEqual([]);
    expect(await filesOf(two)).toEqual(await filesOf(one));
    const [first, second] = lock.images;
    const other = {
      ...lock,
      images: lock.images.map((image) =>
        image === first
          ? { ...image, source: { ...image.source, sha256: "0".repeat(64) } }
          : image === second
            ? { ...image, id: "ISIC_9999999", name: "ISIC_9999999", attribution: "X" }
            : image,
      ),
    };
    const { differences } = await build(three, other as DatasetLock);
    const of = (what: string): string[] =>
      differences.filter((each) => each.what === what).map(({ problem }) => problem);
    expect(of(first!.name)).toEqual(["the archive's file is another one now"]);
    expect(of("ISIC_9999999")).toEqual(["the archive no longer has it"]);
    expect(of("images.csv")).toEqual(["its bytes are others"]);
  });

  test("that was stopped goes on, and ends as if it had not been", async () => {
    const [one, two] = [folder(), folder()];
    const controller = new AbortController();
    const stopped = build(
      one,
      {},
      {
        signal: controller.signal,
        onProgress: ({ stage, done }) => {
          if (stage === "make" && done === 10) controller.abort(new Error("enough"));
        },
      },
    );
    await expect(stopped).rejects.toThrow("enough");
    await expect(checkDataset(one)).rejects.toThrow("its build was not finished");
    const resumed = await build(one);
    expect(resumed.made).toBeLessThan(resumed.images);
    await build(two);
    expect(await filesOf(one)).toEqual(await filesOf(two));
  });

  test("keeps parts when the selection grows, and leaves no file in an old place", async () => {
    for (const method of ["hash", "balanced"] as const) {
      const one = folder();
      const split = { shares: { train: 60, test: 40 }, seed: 3, method };
      await build(one, { selection: { limit: 40 }, split });
      const before = (await readLock(one)) as DatasetLock;
      await build(one, { selection: { limit: 60 }, split: { ...split, seed: 99 } });
      const after = new Map(((await readLock(one)) as DatasetLock).images.map((image) => [image.id, image.split]));
      for (const { id, split: part } of before.images) expect(after.get(id)).toBe(part);
      expect(after.size).toBeGreaterThan(before.images.length);
      await build(one, { selection: { limit: 60 }, split, labels: undefined, layout: "flat" });
      expect((await checkDataset(one)).problems).toEqual([]);
    }
  });

  test("refuses before anything is fetched", async () => {
    const photos = asked.filter((url) => /\.(jpg|png)/.test(url)).length;
    const other = folder();
    await build(other, { selection: { limit: 30 }, image: undefined, layout: "flat" });
    const there = asked.filter((url) => /\.(jpg|png)/.test(url)).length;
    expect(there).toBeGreaterThan(photos);
    await writeFile(join(root, "file"), "");
    await expect(build(join(root, "file"))).rejects.toThrow("is a file: name a folder");
    await expect(build(join(root, "file", "below"))).rejects.toMatchObject({
      tag: "DownloadTargetError",
      message: expect.stringContaining("is a file, or lies below one"),
    });
    await expect(build(root)).rejects.toThrow("has files in it that are no data set's");
    await expect(build(other, { split: { shares: { a: 1, b: 1 } } })).rejects.toThrow(
      "Images never move to another part",
    );
    await expect(build(folder(), { exclude: ["nothing.csv"] })).rejects.toThrow("nothing.csv cannot be read");
    await expect(build(folder(), { masks: "nothing" })).rejects.toThrow("masks: ");
    await expect(build(folder(), { labels: { classes: { X: 'sex = "none"' } } })).rejects.toThrow(
      /The recipe leaves no image/,
    );
    await expect(build(folder(), { titel: 1 } as never)).rejects.toThrow('did you mean "title"?');
    await expect(buildDataset(RECIPE, folder(), { archive, sginal: 1 } as never)).rejects.toThrow("signal");
    expect(asked.filter((url) => /\.(jpg|png)/.test(url)).length).toBe(there);
  });

  test("excludes ids, and files by hash, from lists of all kinds", async () => {
    const [one, two] = [folder(), folder()];
    await build(one, { selection: { limit: 30 } });
    const lock = (await readLock(one)) as DatasetLock;
    const list = join(root, "ham.csv");
    await writeFile(
      list,
      `"lesion_id","image_id","dx"\n"HAM_0000118","${lock.images[0]!.name}","bkl"\n"HAM_0000119","${lock.images[1]!.name}_downsampled","nv"\n`,
    );
    const built = await build(
      two,
      { selection: { limit: 30 }, exclude: ["ham.csv", lock.images[2]!.source.sha256] },
      { base: root },
    );
    const out = built.leftOut.filter(({ reason }) => reason === "excluded").map(({ id }) => id);
    expect(out).toEqual(expect.arrayContaining(lock.images.slice(0, 3).map(({ id }) => id)));
  });
});

test("lists of exclusions are read in every form that is text, and others are refused", async () => {
  const place = await mkdtemp(join(root, "lists-"));
  const lists: Readonly<Record<string, string | Uint8Array>> = {
    "bom.csv": "\uFEFFimage,dx\r\nISIC_0000001,nv\r\n",
    "utf16.txt": Buffer.from("\uFEFFimage\tx\r\nISIC_0000001\t1\r\n", "utf16le"),
    "names.TSV": "isic_0000001_downsampled.jpg\n",
    "lines.jsonl": '{"id":"ISIC_0000001"}\n',
    "no-extension": "ISIC_0000001\n",
  };
  for (const [name, content] of Object.entries(lists)) {
    await writeFile(join(place, name), content);
    expect([...(await readExclusions([name], place)).ids]).toEqual(["ISIC_0000001"]);
  }
  await writeFile(join(place, "other.csv"), "foo,bar\n1,2\n");
  await expect(readExclusions(["other.csv"], place)).rejects.toThrow("other.csv holds no ids such as ISIC_0000000");
  await expect(readExclusions(["list.xlsx"], place)).rejects.toThrow("save it as CSV or as text");
  expect([...(await readExclusions(["a name of v1"], place)).ids]).toEqual(["a name of v1"]);
});

describe("pictures that show the same", () => {
  test("are kept in one part, or all but one dropped", async () => {
    const [one, two, three] = [folder(), folder(), folder()];
    const all = { selection: { search: "isic_id:*" }, layout: "flat", labels: undefined, groups: "none" } as const;
    const reported = await build(one, { ...all, duplicates: { rule: "report" } });
    expect(reported.duplicates.length).toBeGreaterThan(2);
    const said = (await checkDataset(one, { duplicates: true })).problems;
    expect(said[0]?.problem).toMatch(/they show the same, and lie in/);
    await build(two, {
      ...all,
      duplicates: { rule: "together" },
      split: { shares: { train: 1, test: 1 }, method: "balanced" },
    });
    expect((await checkDataset(two, { duplicates: true })).problems).toEqual([]);
    const dropped = await build(three, {
      ...all,
      duplicates: { rule: "drop" },
      split: { shares: { train: 1, test: 1 }, method: "balanced" },
    });
    expect(dropped.duplicates).toEqual([]);
    expect(dropped.leftOut.filter(({ reason }) => reason === "duplicate").length).toBe(
      reported.duplicates.reduce((sum, { ids }) => sum + ids.length - 1, 0),
    );
    expect((await checkDataset(three, { duplicates: true })).problems).toEqual([]);
  });
});

test("a part that stays empty because pictures show the same is said, and nothing that was fetched is lost", async () => {
  const one = folder();
  // Fewer groups than parts.
  const shares = Object.fromEntries([..."abcdefghijklmnopqrst"].map((part) => [part, 1]));
  const built = await build(one, { duplicates: undefined, groups: "none", split: { method: "balanced", shares } });
  expect(built.notes.some((note) => /^The part \w+ stays empty: .* drop duplicates/.test(note))).toBe(true);
  expect((await checkDataset(one, { duplicates: true })).problems).toEqual([]);
});

describe("a check", () => {
  test("names every fault", async () => {
    const one = folder();
    await build(one);
    const lock = (await readLock(one)) as DatasetLock;
    const [a, b, c] = lock.images.map(({ files }) => files.image!.path);
    await writeFile(join(one, a!), "x");
    await rm(join(one, b!));
    const bytes = await readFile(join(one, c!));
    bytes[bytes.length >> 1]! ^= 1;
    // A new file: the made one, of which the set's is a second name, stays whole.
    await rm(join(one, c!));
    await writeFile(join(one, c!), bytes);
    await writeFile(join(one, "train", "more.jpg"), "x");
    const csv = await readFile(join(one, "images.csv"), "utf8");
    await writeFile(join(one, "images.csv"), csv.replace(/,train,/, ",test,"));
    const { problems } = await checkDataset(one);
    const of = (what: string): string[] => problems.filter((each) => each.what === what).map(({ problem }) => problem);
    expect(of(a!)[0]).toMatch(/it has 1 bytes/);
    expect(of(b!)).toContain("it is missing");
    expect(of(c!)).toContain("its bytes are others");
    expect(of("train/more.jpg")[0]).toMatch(/not of the set/);
    expect(problems.some(({ problem }) => problem === "images.csv says it is of test, and it is of train")).toBe(true);
    await build(one);
    expect((await checkDataset(one)).problems.map(({ what }) => what)).toEqual(["train/more.jpg"]);
  });

  test("names links, folders in a file's place, and a lock that was changed", async () => {
    const one = folder();
    await build(one);
    const lockPath = join(one, "dataset.lock.json");
    const text = await readFile(lockPath, "utf8");
    const lock = JSON.parse(text) as DatasetLock;
    const [a, b] = lock.images.map(({ files }) => files.image!.path);
    await rename(join(one, a!), join(one, ".isic", "elsewhere.jpg"));
    await symlink(join(one, ".isic", "elsewhere.jpg"), join(one, a!));
    await rm(join(one, b!));
    await mkdir(join(one, b!));
    expect((await checkDataset(one)).problems).toEqual(
      [
        { what: a, problem: "it is a link, no file" },
        { what: b, problem: "it is a folder, no file" },
      ].sort((x, y) => (x.what! < y.what! ? -1 : 1)),
    );
    await rm(join(one, b!), { recursive: true });
    await build(one);
    // How the text is laid out does not count.
    await writeFile(lockPath, JSON.stringify(lock, undefined, 1));
    expect((await checkDataset(one)).problems).toEqual([]);
    const changed = async (change: (edited: { images: Record<string, never>[] }) => void): Promise<string[]> => {
      const edited = JSON.parse(text) as { images: Record<string, never>[] };
      change(edited);
      await writeFile(lockPath, JSON.stringify(edited));
      return (await checkDataset(one)).problems.map(({ what, problem }) => `${what}: ${problem}`);
    };
    const byHand = "dataset.lock.json: it was changed by hand after the build";
    expect(await changed(({ images }) => Object.assign(images[0]!, { tokens: [] }))).toEqual([byHand]);
    expect(await changed(({ images }) => Object.assign(images[0]!, { attribution: "Me" }))).toEqual([byHand]);
    expect(
      await changed(({ images }) =>
        Object.assign(images[0]!, { files: { image: { path: a, sha256: "0", bytes: 1 } } }),
      ),
    ).toEqual([byHand, `${a}: the lock gives it two hashes, one of them for the image ${lock.images[0]!.name}`]);
    expect(
      await changed(({ images }) =>
        Object.assign(images[0]!, { files: { image: { path: "x", sha256: "0", bytes: 1 } } }),
      ),
    ).toContain(`${lock.images[0]!.name}: the lock has no file x, which is said to be its`);
    for (const [change, sentence] of [
      [{ files: 5 }, "entry 1 of its images is not as a build writes it"],
      [{ labels: null }, "entry 1 of its images is not as a build writes it"],
      [{ tokens: "x" }, "entry 1 of its images is not as a build writes it"],
    ] as const)
      await expect(changed(({ images }) => Object.assign(images[0]!, change))).rejects.toThrow(sentence);
    for (const [change, sentence] of [
      [{ images: {} }, "its images are not as a build writes them"],
      [{ duplicates: [{ ids: 5 }] }, "entry 1 of its duplicates"],
      [{ summary: undefined }, "it has no summary"],
      [{ leftOut: [null] }, "entry 1 of its leftOut"],
    ] as const) {
      await writeFile(lockPath, JSON.stringify({ ...lock, ...change }));
      await expect(checkDataset(one)).rejects.toThrow(sentence);
    }
  });

  test("finds what leaks, also where a lock was changed by hand", async () => {
    const one = folder();
    await build(one);
    const path = join(one, "dataset.lock.json");
    const lock = JSON.parse(await readFile(path, "utf8")) as DatasetLock;
    const group = lock.images.find((image) => lock.images.filter((each) => each.group === image.group).length > 1)!;
    const images = lock.images.map((image) =>
      image.id === group.id ? { ...image, split: image.split === "train" ? "test" : "train" } : image,
    );
    await writeFile(path, JSON.stringify({ ...lock, images }));
    const { problems } = await checkDataset(one);
    expect(problems.map(({ problem }) => problem)).toContain("it lies in test and train");
    await writeFile(path, JSON.stringify({ ...lock, files: [{ path: "../x", sha256: "", bytes: 0 }] }));
    await expect(checkDataset(one)).rejects.toThrow('the path "../x" leaves the folder');
  });
});

test("the archive's own files get superpixels where it has none, by the set's own codecs; a TIFF is left out", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): number => warnings.push(warning);
  process.on("warning", note);
  const one = folder();
  const recipe = { superpixels: true, image: undefined, layout: "flat" } as const;
  const built = await build(one, recipe, { signal: new AbortController().signal });
  process.off("warning", note);
  expect(built.leftOut).toContainEqual({ id: "ISIC_0000052", reason: "cannot be read" });
  const [image] = ((await readLock(one)) as DatasetLock).images;
  const read = async (part: "image" | "superpixels"): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await readFile(join(one, image!.files[part]!.path)));
  const photo = await nodeCodecs.decode(await read("image"), { what: "A photo" });
  expect(await read("superpixels")).toEqual(encodeLabels(await nodeCodecs.computeSuperpixels(photo)));
  // Of listeners that add up while many pictures wait for a worker.
  expect(warnings).toEqual([]);
});

test("the same on v1, with the archive's masks and superpixels", async () => {
  const { archive: v1 } = await openClient({ family: "v1", baseUrl: box.v1Url, fetch });
  const recipe: Recipe = {
    version: 1,
    title: "v1",
    selection: { limit: 30 },
    labels: { challenge: "isic2016" },
    masks: "archive",
    superpixels: true,
    split: { shares: { train: 1, test: 1 } },
    layout: "coco",
  };
  const one = folder();
  const built = await buildDataset(recipe, one, { archive: v1 });
  expect((await checkDataset(one)).problems).toEqual([]);
  expect(built.images).toBeGreaterThan(10);
  const files = [...(await filesOf(one)).keys()];
  expect(files.some((file) => /^masks\/train\/.*_segmentation\.png$/.test(file))).toBe(true);
  expect(files.some((file) => /^superpixels\/train\/.*_superpixels\.png$/.test(file))).toBe(true);
});
