import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createV2Client } from "@isic/api-client/v2";
import { createSampleArchive } from "@isic/sample-archive";
import { describe, expect, it } from "vitest";
import { download } from "../../src/download/download.ts";
import { planDownload } from "../../src/download/plan.ts";
import { downloadSource } from "../../src/download/source.ts";
import { markBroken, readManifest, verify } from "../../src/download/verify.ts";
import { FakeArchive, temporaryFolder, v2Image } from "./fake-archive.ts";

const images = (count: number) => Array.from({ length: count }, (_, n) => v2Image(n));
const unknown = (id: string) => ({ id, name: id, record: { unknown: id } });

describe("a plan", () => {
  it("counts what is there, of which licence, and names what the archive does not have", async () => {
    await using folder = await temporaryFolder();
    await download(new FakeArchive(images(3)), folder.path);
    const plan = await planDownload(new FakeArchive([...images(7), unknown("ISIC_9999999")]), folder.path);
    expect(plan).toMatchObject({ images: 8, there: 3, bytes: 4 * 2000, estimated: 0, unknown: ["ISIC_9999999"] });
    expect([...plan.licences]).toEqual([
      ["CC-0", { images: 3, bytes: 6000 }],
      ["CC-BY", { images: 4, bytes: 8000 }],
    ]);
    expect(plan.free).toBeGreaterThan(0);
  });

  it("is of the shard's images only, and all shards together are the whole", async () => {
    await using folder = await temporaryFolder();
    const sizes: number[] = [];
    for (const index of [1, 2, 3]) {
      const { images: count } = await planDownload(new FakeArchive(images(10)), folder.path, {
        shard: { index, count: 3 },
      });
      sizes.push(count);
    }
    expect(sizes.sort()).toEqual([3, 3, 4]);
  });

  it("promises no size of previews and copies; copies of another size are not there", async () => {
    await using folder = await temporaryFolder();
    const archive = new FakeArchive(images(4));
    await download(archive, folder.path);
    const previews = await planDownload(archive, folder.path, { parts: ["thumbnail"] });
    expect([previews.bytes, previews.there]).toEqual([undefined, 0]);
    const copies = await planDownload(archive, folder.path, { longerSide: 100 });
    expect([copies.bytes, copies.there]).toEqual([undefined, 0]);
  });
});

describe("the size that a server tells", () => {
  const { fetch, v2Url } = createSampleArchive({ images: 30, smallPhotos: true });
  const client = createV2Client({ baseUrl: v2Url, fetch });
  const size = async (selection: object) =>
    (await downloadSource(client, selection)).size?.(new AbortController().signal);

  it("is taken for a selection only when the search says all of it", async () => {
    const all = await size({});
    expect(all).toMatchObject({ images: 29, bytes: expect.any(Number) });
    const women = await size({ criteria: ["metadata.clinical.sex", "==", "female"] });
    expect(women!.images).toBeLessThan(29);
    expect(await size({ criteria: ["metadata.clinical.sex", "match", "fem"] })).toBe(undefined);
    expect(await size({ limit: 3 })).toBe(undefined);
    expect(await size({ ids: ["ISIC_0000000", "ISIC_0000001"] })).toEqual({ images: 2 });
    expect(await size({ ids: ["ISIC_0000000", "ISIC_0000001"], search: "sex:male" })).toBe(undefined);
  });

  it("a list of ids is a selection; a word that is none is refused", async () => {
    const source = await downloadSource(client, ["ISIC_0000002", "ISIC_0000001"]);
    const ids: string[] = [];
    for await (const { id } of source.images(new AbortController().signal)) ids.push(id);
    expect(ids.sort()).toEqual(["ISIC_0000001", "ISIC_0000002"]);
    await expect(downloadSource(client, { where: [] } as never)).rejects.toThrow(
      'a download\'s selection: unknown option "where"; its options are search, collections, criteria, dataset, study, ids, limit',
    );
  });
});

describe("what a manifest keeps for a repair", () => {
  it("the name that a failed file would have had, and the server", async () => {
    await using folder = await temporaryFolder();
    const archive = Object.assign(
      new FakeArchive(images(2), () => {
        throw new Error("gone");
      }),
      { server: "archive.test" },
    );
    await download(archive, folder.path, { pattern: "$metadata.clinical.sex$/$name$" });
    expect(await readManifest(folder.path)).toMatchObject([
      { state: "failed", stem: "female/ISIC_0000000", server: "archive.test" },
      { state: "failed", stem: "male/ISIC_0000001", server: "archive.test" },
    ]);
  });

  it("the record of an image that a later server does not know", async () => {
    await using folder = await temporaryFolder();
    await download(Object.assign(new FakeArchive(images(2)), { server: "archive.test" }), folder.path);
    const { broken } = await verify(folder.path, {
      decode: () => Promise.reject(new Error("broken")),
    });
    await markBroken(folder.path, broken);
    const other = new FakeArchive([unknown("ISIC_0000000"), unknown("ISIC_0000001")], () => {
      throw new Error("not here");
    });
    await download(Object.assign(other, { server: "other.test" }), folder.path);
    for (const entry of await readManifest(folder.path)) {
      expect(entry).toMatchObject({ state: "failed", server: "archive.test", record: { isic_id: entry.id } });
    }
    expect(await readFile(join(folder.path, "manifest.jsonl"), "utf8")).not.toContain("unknown");
  });
});
