import { createSampleArchive } from "@isic/sample-archive";
import { beforeAll, describe, expect, test } from "vitest";
import { openSnapshot } from "../src/parquet/index.ts";
import { createV2Client, type V2Client } from "../src/v2/index.ts";
import { QUICK } from "./support/handlers.ts";

const archive = createSampleArchive({ images: 250, smallPhotos: true });
let guest: V2Client;
let user: V2Client;

beforeAll(() => {
  const options = { baseUrl: archive.v2Url, fetch: archive.fetch, retry: QUICK };
  guest = createV2Client(options);
  const login = archive.users[0]?.login ?? "";
  user = createV2Client({ ...options, token: archive.issueToken(login), requireLogin: true });
});

describe("every public endpoint of v2, against the sample archive", () => {
  test("images: list, get, search", async () => {
    const all = await guest.images.list().all();
    expect(all.length).toBeGreaterThan(200);
    expect(new Set(all.map((image) => image.isic_id)).size).toBe(all.length);
    const [first] = all;
    expect(await guest.images.get(first?.isic_id ?? "")).toEqual(first);
    const male = await guest.images.search({ query: "sex:male" }).all();
    expect(male.map((image) => image.isic_id)).toEqual(
      all.filter((image) => image.metadata.clinical.sex === "male").map((image) => image.isic_id),
    );
    expect(male.length).toBeGreaterThan(0);
  });

  test("images: size, facets, similar", async () => {
    expect(await guest.images.size({ query: "sex:male" })).toBeGreaterThan(0);
    const facets = await guest.images.facets({});
    expect(facets.sex?.buckets.length).toBeGreaterThan(0);
    const [first] = await guest.images.list().all();
    await expect(guest.images.similar(first?.isic_id ?? "")).rejects.toMatchObject({ reason: "login-required" });
    expect(Array.isArray(await user.images.similar(first?.isic_id ?? "", { limit: 3 }))).toBe(true);
    await expect(guest.images.similar("ISIC_0000000", { limit: 51 })).rejects.toThrow(RangeError);
  });

  test("images: download and thumbnail, by record, file, id", async () => {
    const [first] = await guest.images.list().all();
    if (first === undefined) throw new Error("no image");
    const byRecord = await guest.images.download(first);
    expect(byRecord.contentType).toMatch(/^image\//);
    const bytes = await byRecord.bytes();
    expect(bytes.length).toBe(byRecord.length);
    expect(await (await guest.images.download(first.isic_id)).bytes()).toEqual(bytes);
    expect(await (await guest.images.download(first.files.full)).bytes()).toEqual(bytes);
    expect(await (await guest.images.download(first.files.full.url)).bytes()).toEqual(bytes);
    const small = await guest.images.thumbnail(first);
    expect(small.contentType).toBe("image/jpeg");
    expect([...(await small.bytes()).subarray(0, 2)]).toEqual([0xff, 0xd8]);
  });

  test("collections: list, get, attribution, find, autocomplete, CSV", async () => {
    const all = await guest.collections.list().all();
    const [first] = all;
    expect(await guest.collections.get(first?.id ?? 0)).toEqual(first);
    const byName = await guest.collections.list({ sort: "name" }).all();
    expect(byName.map(({ name }) => name)).toEqual([...byName.map(({ name }) => name)].sort());
    expect((await guest.collections.list({ pinned: true }).all()).every(({ pinned }) => pinned)).toBe(true);
    const attribution = await guest.collections.attribution(first?.id ?? 0);
    expect(Array.isArray(attribution)).toBe(true);
    expect((await guest.collections.find(first?.name.slice(0, 4) ?? "")).map(({ id }) => id)).toContain(first?.id);
    expect(Array.isArray(await guest.collections.autocomplete(first?.name.slice(0, 4) ?? ""))).toBe(true);
    const csv = await guest.collections.metadataCsv(first?.id ?? 0);
    expect(new TextDecoder().decode(await csv.bytes())).toMatch(/^isic_id,attribution,copyright_license/);
  });

  test("lesions: list, get", async () => {
    const all = await guest.lesions.list().all();
    expect(all.length).toBeGreaterThan(0);
    expect((await guest.lesions.get(all[0]?.id ?? "")).images_count).toBe(all[0]?.images_count);
  });

  test("users: me, terms", async () => {
    await expect(guest.users.me()).rejects.toMatchObject({ tag: "AuthError", reason: "login-required" });
    expect((await user.users.me()).email).toBe(archive.users[0]?.email);
    await user.users.acceptTerms();
  });

  test("site: stats, quickfind, licences", async () => {
    expect((await guest.site.stats()).image?.public_images_count).toBeGreaterThan(0);
    expect(Array.isArray(await guest.site.quickfind("chall"))).toBe(true);
    expect((await guest.site.license("CC-0")).length).toBeGreaterThan(0);
    await expect(guest.site.license("CC-BY-SA")).rejects.toMatchObject({ tag: "HttpNotFoundError" });
  });

  test("zip: token, listing, rows, attributions", async () => {
    const token = await guest.zip.prepare({ query: "sex:male" });
    const entries = [];
    for await (const entry of guest.zip.listing(token)) entries.push(entry);
    const male = await guest.images.search({ query: "sex:male" }).all();
    expect(entries.filter(({ zipPath }) => /^ISIC_/.test(zipPath)).length).toBe(male.length);
    const rows = [];
    for await (const row of guest.zip.metadataRows(token)) rows.push(row);
    expect(rows[0]?.slice(0, 3)).toEqual(["isic_id", "attribution", "copyright_license"]);
    expect(rows.length).toBe(male.length + 1);
    expect((await guest.zip.attributions(token)).length).toBeGreaterThan(0);
    const bad = guest.zip.attributions({ token: "x", url: "" });
    await expect(bad).rejects.toMatchObject({ tag: "AuthError", status: 401 });
  });

  test("zip: the ZIP itself, streamed to its end", async () => {
    const images = (await guest.images.list().all()).slice(0, 2).map(({ isic_id }) => isic_id);
    const token = await guest.zip.prepare({ query: images.map((id) => `isic_id:${id}`).join(" OR ") });
    const seen: (number | undefined)[] = [];
    const zip = await guest.zip.download(token, { onProgress: ({ total }) => seen.push(total) });
    expect(zip).toMatchObject({ contentType: "application/zip", fileName: "ISIC-images.zip", length: undefined });
    const bytes = await zip.bytes();
    expect(seen.length).toBeGreaterThan(2);
    expect(new Set(seen)).toEqual(new Set([undefined]));
    const text = new TextDecoder("latin1").decode(bytes);
    for (const name of [...images, "metadata.csv", "attribution.txt"]) expect(text).toContain(name);
    expect(text.slice(-22, -18)).toBe("PK\x05\x06");
    archive.failNext("reset", { times: 9, only: ({ url }) => url.includes("/download?") });
    const cut = await guest.zip.download(token);
    await expect(cut.writeTo({ write: () => undefined })).rejects.toMatchObject({ tag: "NetworkError" });
    archive.useFaults(undefined);
    const bad = guest.zip.download({ ...token, url: token.url.replace(/zsid=.*/, "zsid=x") });
    await expect(bad).rejects.toMatchObject({ tag: "HttpNotFoundError", serverMessage: "file not found" });
  });

  test("site: the answers to a public study", async () => {
    const number = archive.studies.findIndex((study) => study.public) + 1;
    const file = await guest.site.studyResponses(number);
    expect(file.contentType).toBe("text/csv");
    const [header, first = ""] = new TextDecoder().decode(await file.bytes()).split("\r\n");
    expect(header).toBe("image,annotator,annotation_duration,question,question_type,answer");
    expect(first).toMatch(/^ISIC_\d{7},/);
    await expect(guest.site.studyResponses(999)).rejects.toMatchObject({ tag: "HttpNotFoundError" });
    await expect(guest.site.studyResponses(1.5)).rejects.toThrow(TypeError);
  });

  test("snapshot: all public metadata from the Parquet file, read by ranges", async () => {
    const seen: string[] = [];
    const fetch = (request: Request) => {
      if (request.url.endsWith(".parquet")) seen.push(request.headers.get("range") ?? request.method);
      return archive.fetch(request);
    };
    const reader = createV2Client({ baseUrl: archive.v2Url, fetch, retry: QUICK });
    const snapshotUrl = `${archive.fileOrigin}/snapshots/ISIC_metadata.parquet`;
    const metadata = await reader.fetchAllMetadata({}, { snapshotUrl });
    expect(metadata).toMatchObject({ source: "snapshot", attribution: "image" });
    expect(Math.abs(Date.now() - metadata.asOf.getTime())).toBeLessThan(60_000);
    const byId = new Map<string, unknown>();
    for await (const { isic_id, metadata: own } of metadata) byId.set(isic_id, own.clinical);
    const all = await guest.images.list().all();
    expect(byId).toEqual(new Map(all.map(({ isic_id, metadata: own }) => [isic_id, own.clinical])));
    expect(seen[0]).toBe("HEAD");
    expect(seen.slice(1).every((range) => /^bytes=\d+-\d+$/.test(range))).toBe(true);
    archive.failNext("reset", { only: ({ url, method }) => url.endsWith(".parquet") && method === "GET" });
    const again = await openSnapshot(reader.api, { url: snapshotUrl });
    expect(again.count).toBe(all.length);
  });

  test("all metadata, in the cheapest complete way, with the images' own attribution", async () => {
    const metadata = await guest.fetchAllMetadata({ query: "sex:male" });
    expect(metadata).toMatchObject({ source: "listing", attribution: "image" });
    const records = [];
    for await (const record of metadata) records.push(record);
    const male = await guest.images.search({ query: "sex:male" }).all();
    expect(records.map(({ isic_id }) => isic_id).sort()).toEqual(male.map(({ isic_id }) => isic_id).sort());
    const byId = new Map(male.map((image) => [image.isic_id, image]));
    for (const { isic_id, metadata: own } of records) {
      expect(own.clinical).toEqual(byId.get(isic_id)?.metadata.clinical);
    }
    await expect(guest.fetchAllMetadata({ query: "[" })).rejects.toMatchObject({ status: 400 });
    const few = await guest.fetchAllMetadata({ ids: [male[0]?.isic_id ?? ""] });
    expect(few).toMatchObject({ source: "pages", attribution: "cohort" });
  });

  test("collection changes: create, add, remove, search, delete; locked and foreign ones refuse", async () => {
    const ids = (await guest.images.list().all()).slice(0, 3).map(({ isic_id }) => isic_id);
    const id = await user.collectionChanges.create({ name: "mine", description: "d", ids });
    const added = await user.collectionChanges.add(id, [...ids, "ISIC_9999999"]);
    expect(added.noPermissionOrMissing).toEqual(["ISIC_9999999"]);
    expect([...added.succeeded].sort()).toEqual([...ids].sort());
    expect((await user.collectionChanges.remove(id, ids)).succeeded.length).toBe(3);
    await user.collectionChanges.addInBackground(id, ids);
    await user.collectionChanges.addSearch(id, { query: "sex:male" });
    await expect(user.collectionChanges.create({ name: "mine", ids })).rejects.toMatchObject({ status: 400 });
    await user.collectionChanges.delete(id);
    await expect(user.collections.get(id)).rejects.toMatchObject({ tag: "HttpNotFoundError" });
    await expect(guest.collectionChanges.add(1, ids)).rejects.toMatchObject({ reason: "login-required" });
    await expect(user.collectionChanges.add(1, ["bad"])).rejects.toThrow(TypeError);
  });

  test("an id of v1 leads to that of v2", async () => {
    const [first] = await guest.images.list().all();
    const old = archive.images.find((image) => image.name === first?.isic_id);
    expect(await guest.images.idOfV1(old?.id ?? "")).toBe(first?.isic_id);
    await expect(guest.images.idOfV1("0".repeat(24))).rejects.toMatchObject({ tag: "HttpNotFoundError" });
  });
});
