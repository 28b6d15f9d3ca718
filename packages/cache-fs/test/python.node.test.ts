import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Bytes, cacheKey, getOrCreate, repair, verify } from "@isic/cache";
import { golden, hasRealData, real, withoutRealData } from "@isic/fixtures";
import { afterAll, describe, expect, test } from "vitest";
import { createFileCache, IdentityMismatchError } from "../src/index.ts";
import { entriesIn, listOf, newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const ID = "5436e3abbae478396759f0cf";
const ZERO = "0".repeat(24);
const identity = { server: "isic-archive.com", account: "anonymous" };
const PLACE = "isic-archive.com/anonymous";

async function pythonFolder(files: Record<string, Bytes>): Promise<string> {
  const folder = await newFolder();
  for (const [path, value] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), value);
  }
  return folder;
}

const gzipJson = (value: unknown): Bytes => new Uint8Array(gzipSync(JSON.stringify(value)));
const gunzipJson = (value: Bytes): object => JSON.parse(String(gunzipSync(value))) as object;
const imcache = (id = ID): Bytes => gzipJson({ [id]: { _id: id, name: "ISIC_0000000" } });

/** What is wrong with a record or a JPEG, as a caller would say it. */
function check(key: string, value: Bytes): string | undefined {
  if (key.includes("/image/")) return value.at(-1) === 0xd9 ? undefined : "it is a JPEG that is cut";
  return key.includes("cache/") && "message" in gunzipJson(value) ? "it is an error" : undefined;
}

describe("a folder of the Python client", () => {
  test("of 2019, one level, is read as it is and written in its way", async () => {
    const spidx = await golden("spidx_5436e3abbae478396759f0cf.npz");
    const photo = await golden("v1-fixtures/slic320x240.jpg");
    const folder = await pythonFolder({
      [`0/imcache_${ZERO}.json.gz`]: imcache(),
      [`f/spidx_${ID}.npz`]: spidx,
      [`f/image_${ID}_ISIC_0000000.jpg`]: photo,
      [`f/image_${ID}_My Lesion (2).jpg`]: photo,
    });
    const cache = createFileCache({ folder, identity });
    expect((await listOf(cache.keys())).sort()).toEqual([
      `${PLACE}/image/${ID}/ISIC_0000000.jpg`,
      `${PLACE}/image/${ID}/My%20Lesion%20%282%29.jpg`,
      `${PLACE}/imcache/${ZERO}`,
      `${PLACE}/spidx/${ID}`,
    ]);
    expect(await cache.get(`${PLACE}/spidx/${ID}`)).toEqual(spidx);
    expect(gunzipJson((await cache.get(`${PLACE}/imcache/${ZERO}`))!)).toHaveProperty(ID);
    const named = cacheKey([...PLACE.split("/"), "image", ID, "My Lesion (2).jpg"]);
    expect((await cache.get(named))?.length).toBe(photo.length);

    await cache.set(`${PLACE}/spimg/${ID}`, new Uint8Array([1]));
    await cache.set(`${PLACE}/stann/${ID}`, new Uint8Array([2]));
    const files = await entriesIn(folder);
    expect(files).toContain(`f/spimg_${ID}.png`);
    expect(files).toContain(`f/stann_${ID}.json.gz`);
    await cache.close();
  });

  test("of 2020, two levels, has its login in the JSON names of an account", async () => {
    const mine = imcache("a".repeat(24));
    const folder = await pythonFolder({
      [`0/0/imcache_${ZERO}_jane.json.gz`]: mine,
      [`0/0/imcache_${ZERO}.json.gz`]: imcache(),
      [`0/0/sgcache_${ZERO}.json.gz`]: imcache(),
      [`0/0/dscache_${ZERO}_john.json.gz`]: gzipJson([]),
      [`c/f/spimg_${ID}.png`]: new Uint8Array([1]),
    });
    const account = cacheKey(["isic-archive.com", "jane@example.org"]);
    const cache = createFileCache({ folder, identity: { server: "isic-archive.com", account: "jane@example.org" } });
    // What a guest was told of images and segmentations is never an account's.
    expect((await listOf(cache.keys())).sort()).toEqual([`${account}/imcache/${ZERO}`, `${account}/spimg/${ID}`]);
    expect(await cache.get(`${account}/imcache/${ZERO}`)).toEqual(mine);
    expect(await cache.get(`${account}/dscache/${ZERO}`)).toBe(undefined);
    expect(await cache.get(`${account}/sgcache/${ZERO}`)).toBe(undefined);
    // Those of others are nobody's fault.
    expect((await verify(cache)).problems.filter(({ kind }) => kind !== "unindexed")).toEqual([]);
    await cache.set(`${account}/sgcache/${ZERO}`, mine);
    expect(await entriesIn(folder)).toContain(`0/0/sgcache_${ZERO}_jane.json.gz`);
    await expect(cache.set(`${account}/stann/${ID}/part`, mine)).rejects.toMatchObject({ tag: "InvalidKeyError" });
  });

  test("that is half moved to two levels is read at both and written at two", async () => {
    const folder = await pythonFolder({
      [`f/spimg_${ID}.png`]: new Uint8Array([1]),
      [`0/0/imcache_${ZERO}.json.gz`]: imcache(),
    });
    const cache = createFileCache({ folder, identity });
    expect([...(await cache.get(`${PLACE}/spimg/${ID}`))!]).toEqual([1]);
    await cache.set(`${PLACE}/spimg/${ID}`, new Uint8Array([2]));
    expect(await entriesIn(folder)).toContain(`c/f/spimg_${ID}.png`);
    expect([...(await cache.get(`${PLACE}/spimg/${ID}`))!]).toEqual([2]);
    expect((await listOf(cache.keys())).filter((key) => key.includes("spimg"))).toHaveLength(1);
    await cache.delete(`${PLACE}/spimg/${ID}`);
    expect(await cache.get(`${PLACE}/spimg/${ID}`)).toBe(undefined);
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
      await createFileCache({ folder, identity }).set(`${PLACE}/spimg/${ID}`, new Uint8Array([1]));
      expect(await entriesIn(folder)).toEqual([path]);
    }
  });

  test("belongs to one identity, and others are told what to do", async () => {
    const folder = await pythonFolder({ [`f/spimg_${ID}.png`]: new Uint8Array([1]) });
    const nobody = createFileCache({ folder });
    await expect(nobody.open()).rejects.toThrow("belongs to an account that is not recorded");
    await expect(nobody.get(`${PLACE}/spimg/${ID}`)).rejects.toThrow(
      "Say whose files they are with the `identity` option",
    );

    const jane = createFileCache({ folder, identity: { server: "isic-archive.com", account: "jane" } });
    await jane.open();
    expect([...(await jane.get(`isic-archive.com/jane/spimg/${ID}`))!]).toEqual([1]);
    for (const attempt of [
      () => jane.get(`${PLACE}/spimg/${ID}`),
      () => jane.set(`${PLACE}/spimg/${ID}`, new Uint8Array(1)),
    ]) {
      await expect(attempt()).rejects.toThrow(
        "belongs to isic-archive.com/jane, so isic-archive.com/anonymous cannot use it",
      );
    }
    await expect(jane.set("plain", new Uint8Array(1))).rejects.toBeInstanceOf(IdentityMismatchError);
    await jane.set(`isic-archive.com/jane/spimg/${ID}`, new Uint8Array([1]));
    const anonymous = createFileCache({ folder, identity });
    await expect(anonymous.open()).rejects.toThrow("Choose another folder for this account");
    await expect(anonymous.open()).rejects.toThrow(join(folder, ".isic/owner.json"));
    // The marker says it from now on, to those who name nobody.
    const heir = createFileCache({ folder });
    await expect(heir.get(`${PLACE}/spimg/${ID}`)).rejects.toBeInstanceOf(IdentityMismatchError);
    expect([...(await heir.get(`isic-archive.com/jane/spimg/${ID}`))!]).toEqual([1]);
  });

  test("erased for its identity is empty of its entries, and nothing else is touched", async () => {
    const folder = await pythonFolder({
      [`f/spimg_${ID}.png`]: new Uint8Array([1]),
      "f/notes of mine.txt": new Uint8Array([1]),
    });
    const cache = createFileCache({ folder, identity });
    await cache.erase(`${PLACE}/`);
    expect(await entriesIn(folder)).toEqual(["f/notes of mine.txt"]);
  });

  test("with poisoned and cut files: noticed, reported, fetched again", async () => {
    const photo = await golden("v1-fixtures/slic320x240.jpg");
    const folder = await pythonFolder({
      [`0/dscache_${ZERO}.json.gz`]: gzipJson({ message: "Internal error", type: "rest" }),
      [`f/image_${ID}_ISIC_0000000.jpg`]: photo.slice(0, 900),
      [`f/spimg_${ID}.png`]: await golden("v1-fixtures/grid64x48_superpixels.png"),
    });
    const cache = createFileCache({ folder, identity });
    const problems: string[] = [];
    const key = `${PLACE}/image/${ID}/ISIC_0000000.jpg`;
    const onProblem = ({ message }: { message: string }): void => void problems.push(message);
    const value = await getOrCreate(cache, key, async () => photo, { check, onProblem });
    expect(value.length).toBe(photo.length);
    expect(problems).toEqual([`The cache entry ${key} is not usable (it is a JPEG that is cut); it is fetched again.`]);
    expect((await cache.get(key))?.length).toBe(photo.length);

    const { problems: found } = await repair(cache, { check });
    expect(found.map(({ kind, key: of, repaired }) => [kind, of, repaired]).sort()).toEqual([
      ["content", `${PLACE}/dscache/${ZERO}`, true],
      ["unindexed", `${PLACE}/spimg/${ID}`, true],
    ]);
    expect(await cache.get(`${PLACE}/dscache/${ZERO}`)).toBe(undefined);
    expect((await cache.stat(`${PLACE}/spimg/${ID}`))?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test.skipIf(!hasRealData)(`of real records and photos is read ${hasRealData ? "" : withoutRealData}`, async () => {
    const folder = await pythonFolder({
      [`0/imcache_${ZERO}.json.gz`]: await real(`imcache_${ZERO}.json.gz`),
      [`0/sgcache_${ZERO}.json.gz`]: await real(`sgcache_${ZERO}.json.gz`),
      [`f/image_${ID}_ISIC_0000000.jpg`]: await real("images/ISIC_0000000.jpg"),
    });
    const cache = createFileCache({ folder, identity });
    const records = gunzipJson((await cache.get(`${PLACE}/imcache/${ZERO}`))!);
    expect(Object.keys(records)).toHaveLength(4010);
    const { entries, problems } = await repair(cache, { check });
    expect([entries, problems.filter(({ kind }) => kind !== "unindexed")]).toEqual([3, []]);
  });
});
