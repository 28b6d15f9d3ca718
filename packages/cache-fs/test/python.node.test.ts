import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Bytes,
  cacheKey,
  checkContent,
  decodeGzipJson,
  decodeIndexNpz,
  encodeGzipJson,
  encodeIndexNpz,
  getOrCreate,
  repair,
} from "@isic/cache";
import { golden, hasRealData, real, withoutRealData } from "@isic/fixtures";
import { afterAll, describe, expect, test } from "vitest";
import { createFileCache, IdentityMismatchError } from "../src/index.ts";
import { entriesIn, listOf, newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const ID = "5436e3abbae478396759f0cf";
const ZERO = "0".repeat(24);
const identity = { server: "isic-archive.com", account: "anonymous" };
const ROOM = "isic-archive.com/anonymous";

async function pythonFolder(files: Record<string, Bytes>): Promise<string> {
  const folder = await newFolder();
  for (const [path, value] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), value);
  }
  return folder;
}

const imcache = (id = ID): Promise<Bytes> => encodeGzipJson({ [id]: { _id: id, name: "ISIC_0000000" } });

describe("a folder of the Python client", () => {
  test("of 2019, one level, is read as it is and written in its way", async () => {
    const spidx = await golden("spidx_5436e3abbae478396759f0cf.npz");
    const photo = await golden("v1-fixtures/slic320x240.jpg");
    const folder = await pythonFolder({
      [`0/imcache_${ZERO}.json.gz`]: await imcache(),
      [`f/spidx_${ID}.npz`]: spidx,
      [`f/image_${ID}_ISIC_0000000.jpg`]: photo,
      [`f/image_${ID}_My Lesion (2).jpg`]: photo,
    });
    const cache = createFileCache({ folder, identity });
    expect((await listOf(cache.keys())).sort()).toEqual([
      `${ROOM}/image/${ID}/ISIC_0000000.jpg`,
      `${ROOM}/image/${ID}/My%20Lesion%20%282%29.jpg`,
      `${ROOM}/imcache/${ZERO}`,
      `${ROOM}/spidx/${ID}`,
    ]);
    expect((await decodeIndexNpz((await cache.get(`${ROOM}/spidx/${ID}`))!)).count).toBe(996);
    expect(await decodeGzipJson((await cache.get(`${ROOM}/imcache/${ZERO}`))!)).toHaveProperty(ID);
    const named = cacheKey([...ROOM.split("/"), "image", ID, "My Lesion (2).jpg"]);
    expect((await cache.get(named))?.length).toBe(photo.length);

    await cache.set(`${ROOM}/spimg/${ID}`, new Uint8Array([1]));
    await cache.set(`${ROOM}/stann/${ID}`, new Uint8Array([2]));
    const files = await entriesIn(folder);
    expect(files).toContain(`f/spimg_${ID}.png`);
    expect(files).toContain(`f/stann_${ID}.json.gz`);
    await cache.close();
  });

  test("of 2020, two levels, has its login in the JSON names of an account", async () => {
    const mine = await imcache("a".repeat(24));
    const folder = await pythonFolder({
      [`0/0/imcache_${ZERO}_jane.json.gz`]: mine,
      [`0/0/imcache_${ZERO}.json.gz`]: await imcache(),
      [`0/0/sgcache_${ZERO}.json.gz`]: await imcache(),
      [`0/0/dscache_${ZERO}_john.json.gz`]: await encodeGzipJson([]),
      [`c/f/spimg_${ID}.png`]: new Uint8Array([1]),
    });
    const account = cacheKey(["isic-archive.com", "jane@example.org"]);
    const cache = createFileCache({ folder, identity: { server: "isic-archive.com", account: "jane@example.org" } });
    expect((await listOf(cache.keys())).sort()).toEqual([
      `${account}/imcache/${ZERO}`,
      `${account}/sgcache/${ZERO}`,
      `${account}/spimg/${ID}`,
    ]);
    expect(await cache.get(`${account}/imcache/${ZERO}`)).toEqual(mine);
    expect(await cache.get(`${account}/dscache/${ZERO}`)).toBe(undefined);
    await cache.set(`${account}/sgcache/${ZERO}`, mine);
    expect(await entriesIn(folder)).toContain(`0/0/sgcache_${ZERO}_jane.json.gz`);
    await expect(cache.set(`${account}/stann/${ID}/part`, mine)).rejects.toMatchObject({ tag: "InvalidKeyError" });
  });

  test("that is half moved to two levels is read at both and written at two", async () => {
    const folder = await pythonFolder({
      [`f/spimg_${ID}.png`]: new Uint8Array([1]),
      [`0/0/imcache_${ZERO}.json.gz`]: await imcache(),
    });
    const cache = createFileCache({ folder, identity });
    expect([...(await cache.get(`${ROOM}/spimg/${ID}`))!]).toEqual([1]);
    await cache.set(`${ROOM}/spimg/${ID}`, new Uint8Array([2]));
    expect(await entriesIn(folder)).toContain(`c/f/spimg_${ID}.png`);
    expect([...(await cache.get(`${ROOM}/spimg/${ID}`))!]).toEqual([2]);
    expect((await listOf(cache.keys())).filter((key) => key.includes("spimg"))).toHaveLength(1);
    await cache.delete(`${ROOM}/spimg/${ID}`);
    expect(await cache.get(`${ROOM}/spimg/${ID}`)).toBe(undefined);
  });

  test("with empty subfolders only is known by their depth", async () => {
    const shallow = await newFolder();
    await mkdir(join(shallow, "0"));
    const deep = await newFolder();
    await mkdir(join(deep, "0", "0"), { recursive: true });
    for (const [folder, path] of [
      [shallow, `f/spimg_${ID}.png`],
      [deep, `c/f/spimg_${ID}.png`],
    ] as const) {
      await createFileCache({ folder, identity }).set(`${ROOM}/spimg/${ID}`, new Uint8Array([1]));
      expect(await entriesIn(folder)).toEqual([path]);
    }
  });

  test("belongs to one identity, and others are told what to do", async () => {
    const folder = await pythonFolder({ [`f/spimg_${ID}.png`]: new Uint8Array([1]) });
    const nobody = createFileCache({ folder });
    await expect(nobody.open()).rejects.toThrow("belongs to an account that is not recorded");
    await expect(nobody.get(`${ROOM}/spimg/${ID}`)).rejects.toThrow(
      "Say whose files they are with the `identity` option",
    );

    const jane = createFileCache({ folder, identity: { server: "isic-archive.com", account: "jane" } });
    await jane.open();
    expect([...(await jane.get(`isic-archive.com/jane/spimg/${ID}`))!]).toEqual([1]);
    for (const attempt of [
      () => jane.get(`${ROOM}/spimg/${ID}`),
      () => jane.set(`${ROOM}/spimg/${ID}`, new Uint8Array(1)),
    ]) {
      await expect(attempt()).rejects.toThrow(
        "belongs to isic-archive.com/jane, so isic-archive.com/anonymous cannot use it",
      );
    }
    await expect(jane.set("plain", new Uint8Array(1))).rejects.toBeInstanceOf(IdentityMismatchError);
    const anonymous = createFileCache({ folder, identity });
    await expect(anonymous.open()).rejects.toThrow("Choose another folder for this account");
    // The marker says it from now on, to those who name nobody.
    const heir = createFileCache({ folder });
    await expect(heir.get(`${ROOM}/spimg/${ID}`)).rejects.toBeInstanceOf(IdentityMismatchError);
    expect([...(await heir.get(`isic-archive.com/jane/spimg/${ID}`))!]).toEqual([1]);
  });

  test("erased for its identity is empty of its entries, and nothing else is touched", async () => {
    const folder = await pythonFolder({
      [`f/spimg_${ID}.png`]: new Uint8Array([1]),
      "f/notes of mine.txt": new Uint8Array([1]),
    });
    const cache = createFileCache({ folder, identity });
    await cache.erase(`${ROOM}/`);
    expect(await entriesIn(folder)).toEqual(["f/notes of mine.txt"]);
  });

  test("with poisoned and cut files: noticed, reported, fetched again", async () => {
    const photo = await golden("v1-fixtures/slic320x240.jpg");
    const folder = await pythonFolder({
      [`0/dscache_${ZERO}.json.gz`]: await encodeGzipJson({ message: "Internal error", type: "rest" }),
      [`f/image_${ID}_ISIC_0000000.jpg`]: photo.slice(0, 900),
      [`f/spimg_${ID}.png`]: await golden("v1-fixtures/grid64x48_superpixels.png"),
    });
    const cache = createFileCache({ folder, identity });
    const problems: string[] = [];
    const key = `${ROOM}/image/${ID}/ISIC_0000000.jpg`;
    const onProblem = ({ message }: { message: string }): void => void problems.push(message);
    const value = await getOrCreate(cache, key, async () => photo, { check: checkContent, onProblem });
    expect(value.length).toBe(photo.length);
    expect(problems).toEqual(["The stored entry is not usable: it is a JPEG that is cut. It is loaded again."]);
    expect((await cache.get(key))?.length).toBe(photo.length);

    const { problems: found } = await repair(cache, { check: checkContent });
    expect(found.map(({ kind, key: of, repaired }) => [kind, of, repaired]).sort()).toEqual([
      ["content", `${ROOM}/dscache/${ZERO}`, true],
      ["unindexed", `${ROOM}/spimg/${ID}`, true],
    ]);
    expect(await cache.get(`${ROOM}/dscache/${ZERO}`)).toBe(undefined);
    expect((await cache.stat(`${ROOM}/spimg/${ID}`))?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test.skipIf(!hasRealData)(`of real records and photos is read ${hasRealData ? "" : withoutRealData}`, async () => {
    const folder = await pythonFolder({
      [`0/imcache_${ZERO}.json.gz`]: await real(`imcache_${ZERO}.json.gz`),
      [`0/sgcache_${ZERO}.json.gz`]: await real(`sgcache_${ZERO}.json.gz`),
      [`f/image_${ID}_ISIC_0000000.jpg`]: await real("images/ISIC_0000000.jpg"),
    });
    const cache = createFileCache({ folder, identity });
    const records = await decodeGzipJson<object>((await cache.get(`${ROOM}/imcache/${ZERO}`))!);
    expect(Object.keys(records)).toHaveLength(4010);
    const { entries, problems } = await repair(cache, { check: checkContent });
    expect([entries, problems.filter(({ kind }) => kind !== "unindexed")]).toEqual([3, []]);
  });
});

const numpy = (() => {
  try {
    return execFileSync("python3", ["-c", "import numpy; print(numpy.__version__)"], {
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  } catch {
    return undefined;
  }
})();

describe.skipIf(numpy === undefined)(`NumPy ${numpy ?? "left out: python3 with numpy is not installed here"}`, () => {
  test("reads our npz and gzip JSON, and we read its npz", async () => {
    const folder = await pythonFolder({ "0/keep": new Uint8Array() });
    const cache = createFileCache({ folder, identity });
    const data = Int32Array.from({ length: 61 * 47 }, (_, i) => (i * 7919) % 2_000_003);
    await cache.set(`${ROOM}/spidx/${ID}`, await encodeIndexNpz({ width: 61, height: 47, data }));
    await cache.set(`${ROOM}/imcache/${ZERO}`, await encodeGzipJson({ [ID]: { _id: ID, name: "é" } }));
    const script = `
import gzip, json, numpy, sys
folder = sys.argv[1]
with numpy.load(folder + "/f/spidx_${ID}.npz") as file:
    assert file.files == ["idx"], file.files
    idx = file["idx"]
print(idx.dtype.str, idx.shape, int(idx.sum()), int(idx[46, 60]), bool(idx.flags["C_CONTIGUOUS"]))
with gzip.open(folder + "/0/imcache_${ZERO}.json.gz") as file:
    print(json.loads(file.read().decode("utf-8"))["${ID}"]["name"])
numpy.savez_compressed(folder + "/f/spidx_${"b".repeat(24)}", idx=idx + 1)
numpy.savez(folder + "/f/plain.npz", idx=idx)
`;
    const lines = execFileSync("python3", ["-c", script, folder], {
      encoding: "utf8",
      env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    });
    const sum = data.reduce((total, label) => total + label, 0);
    expect(lines.trim().split("\n")).toEqual([`<i4 (47, 61) ${sum} ${data.at(-1)} True`, "é"]);
    const back = await decodeIndexNpz(new Uint8Array(await readFile(join(folder, `f/spidx_${"b".repeat(24)}.npz`))));
    expect(back.data).toEqual(data.map((label) => label + 1));
    expect((await decodeIndexNpz(new Uint8Array(await readFile(join(folder, "f/plain.npz"))))).data).toEqual(data);
    await rm(folder, { recursive: true });
  });
});
