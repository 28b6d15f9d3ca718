import { createSampleArchive, generatedWorld } from "@isic/sample-archive";
import { beforeAll, describe, expect, test } from "vitest";
import { createV1Client, type V1Client } from "../src/v1/index.ts";
import { QUICK } from "./support/handlers.ts";

const archive = createSampleArchive({ images: 120, smallPhotos: true });
const options = { baseUrl: archive.v1Url, fetch: archive.fetch, retry: QUICK };
const as = (username: string): V1Client => createV1Client({ ...options, username, password: () => "password" });
const guest = createV1Client(options);
let some: string;
let other: string;

beforeAll(async () => {
  const page = await guest.images.list({ pageSize: 20 }).pages()[Symbol.asyncIterator]().next();
  [some, other] = page.value?.items.map((image: { _id: string }) => image._id) ?? [];
});

describe("every public endpoint of the Girder server, against the sample archive", () => {
  test("login, me, logout", async () => {
    expect(await guest.me()).toBeNull();
    const reader = as("reader");
    expect((await reader.login()).login).toBe("reader");
    expect((await reader.me())?.login).toBe("reader");
    expect(reader.token).toMatch(/^[A-Za-z0-9]{64}$/);
    const again = createV1Client({ ...options, token: reader.token ?? "" });
    expect((await again.me())?.login).toBe("reader");
    await reader.logout();
    expect(reader.token).toBeUndefined();
    expect(await reader.me()).toBeNull();
    const wrong = createV1Client({ ...options, username: "reader", password: "wrong" });
    await expect(wrong.me()).rejects.toMatchObject({ tag: "AuthError", reason: "login-failed" });
  });

  test("users", async () => {
    const id = archive.users[1]?.id ?? "";
    await expect(guest.users.get(id)).rejects.toMatchObject({ reason: "login-required" });
    expect((await as("reader").users.get(id))._id).toBe(id);
    expect(await as("reader").users.acceptTerms()).toMatch(/accepted/);
    expect(await as("creator").users.requestDatasetPermission()).toBe("Dataset Contributor access granted.");
  });

  test("images: list, summaries, by name, by ids, get", async () => {
    const all = await guest.images.list({ pageSize: 50 }).all();
    expect(all.length).toBeGreaterThan(50);
    expect(new Set(all.map((image) => image._id)).size).toBe(all.length);
    const summaries = await guest.images
      .list({ detail: false, sort: "created", order: "descending", pageSize: 7 })
      .all();
    expect(summaries.map((image) => image._id).sort()).toEqual(all.map((image) => image._id).sort());
    expect(await guest.images.byName(all[3]?.name ?? "")).toEqual(all[3]);
    expect(await guest.images.byName("nobody")).toBeUndefined();
    const ids = all.map((image) => image._id).reverse();
    expect((await guest.images.byIds([...ids, "f".repeat(24)]).all()).map((image) => image._id)).toEqual(ids);
    expect(await guest.images.get(some)).toEqual(all.find((image) => image._id === some));
  });

  test("images: filter and histogram", async () => {
    const filter = { operator: "=", operands: [{ identifier: "meta.clinical.sex" }, "male"] } as const;
    const male = await guest.images.list({ filter }).all();
    expect(male.length).toBeGreaterThan(0);
    expect(male.every((image) => image.meta.clinical.sex === "male")).toBe(true);
    const histogram = await guest.images.histogram(filter);
    expect(histogram.__passedFilters__?.[0]?.count).toBeGreaterThanOrEqual(male.length);
  });

  test("images: download, thumbnail, superpixels, tiles, ZIP", async () => {
    const { name } = await guest.images.get(some);
    const file = await guest.images.download(some);
    expect(file.fileName).toContain(name);
    expect((await file.bytes()).length).toBe(file.length);
    expect((await guest.images.thumbnail(some, { width: 64, height: 64 })).contentType).toBe("image/jpeg");
    const map = await (await guest.images.superpixels(some)).bytes();
    expect([...map.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]);
    expect((await guest.images.tiles(some)).tileWidth).toBe(256);
    expect((await guest.images.tile(some, 0, 0, 0)).contentType).toBe("image/jpeg");
    const zip = await guest.images.zip({ ids: [some, other] });
    expect(zip).toMatchObject({ contentType: "application/zip", length: undefined });
    expect([...(await zip.bytes()).subarray(0, 2)]).toEqual([0x50, 0x4b]);
  });

  test("images: superpixels that the server lost are asked for twice, and given up", async () => {
    const source = { ...generatedWorld({ images: 5 }), superpixels: async () => undefined };
    const broken = createSampleArchive({ source });
    const api = createV1Client({ baseUrl: broken.v1Url, fetch: broken.fetch, retry: { baseMs: 1 } });
    const id = broken.images[0]?.id ?? "";
    await expect(api.images.superpixels(id)).rejects.toMatchObject({ tag: "HttpError", status: 500, retryable: false });
    expect(broken.counts.requests).toBe(2);
  });

  test("images: segment, metadata", async () => {
    const outline = await as("reader").images.segment(some, [20, 20], 30);
    expect(outline.geometry.coordinates[0]?.[0]).toEqual(outline.geometry.coordinates[0]?.at(-1));
    const report = await as("reviewer").images.postMetadata(some, { age: 45, sex: "male" }, { save: false });
    expect(Array.isArray(report.errors)).toBe(true);
    await expect(guest.images.postMetadata(some, { age: 45 })).rejects.toMatchObject({ reason: "login-required" });
  });

  test("datasets: list, get, access, metadata, review", async () => {
    const all = await guest.datasets.list().all();
    expect(await guest.datasets.get(all[0]?._id ?? "")).toEqual(all[0]);
    await expect(guest.datasets.access(all[0]?._id ?? "")).rejects.toMatchObject({ reason: "login-required" });
    await expect(as("stranger").datasets.access(all[0]?._id ?? "")).rejects.toMatchObject({
      reason: "forbidden",
      status: 403,
    });
    const reviewer = as("admin");
    const access = await reviewer.datasets.access(all[0]?._id ?? "");
    expect(typeof access.public).toBe("boolean");
    expect(Array.isArray(await reviewer.datasets.metadata(all[0]?._id ?? ""))).toBe(true);
    const waiting = await reviewer.datasets.review(all[0]?._id ?? "").catch((error) => error);
    expect(Array.isArray(waiting) || /no pending/.test(waiting.serverMessage)).toBe(true);
  });

  test("datasets: the metadata files, listed and downloaded", async () => {
    const [dataset] = await guest.datasets.list().all();
    const id = dataset?._id ?? "";
    const csv = "isic_id,age\r\nISIC_0000000,45\r\n";
    const admin = as("admin");
    await admin.login();
    const headers = { "girder-token": admin.token ?? "" };
    const url = `${archive.v1Url}/dataset/${id}/metadata?filename=ages.csv`;
    await archive.fetch(new Request(url, { method: "POST", headers, body: csv }));
    const [registered] = await admin.datasets.metadata(id);
    expect(registered).toMatchObject({ file: { name: "ages.csv" }, user: { login: "admin" } });
    const file = await admin.datasets.metadataFile(id, registered?.file._id ?? "");
    expect(file).toMatchObject({ contentType: "text/csv", fileName: "ages.csv" });
    expect(new TextDecoder().decode(await file.bytes())).toBe(csv);
    await expect(admin.datasets.metadataFile(id, "0".repeat(24))).rejects.toMatchObject({ tag: "HttpNotFoundError" });
    const denied = guest.datasets.metadataFile(id, registered?.file._id ?? "");
    await expect(denied).rejects.toMatchObject({ reason: "login-required" });
  });

  test("studies: list, get, CSV", async () => {
    const all = await guest.studies.list().all();
    expect(all.length).toBeGreaterThan(0);
    expect(await guest.studies.get(all[0]?._id ?? "")).toEqual(all[0]);
    const csv = await guest.studies.csv(all[0]?._id ?? "");
    expect(csv.contentType).toBe("text/csv");
    expect(new TextDecoder().decode(await csv.bytes())).toMatch(/^study_name,study_id,user_name/);
  });

  test("annotations: list, get, markup, mask, rendering", async () => {
    const [study] = await guest.studies.list().all();
    const all = await guest.annotations.list(study?._id ?? "");
    const summaries = await guest.annotations.list(study?._id ?? "", { detail: false, state: "complete" });
    expect(summaries.every(({ state }) => state === "complete")).toBe(true);
    const complete = all.find((annotation) => Object.values(annotation.markups ?? {}).includes(true));
    if (complete === undefined) throw new Error("no annotation with a marked feature");
    expect((await guest.annotations.get(complete._id))._id).toBe(complete._id);
    const [feature] = Object.entries(complete.markups ?? {}).find(([, marked]) => marked) ?? [""];
    expect(feature).toMatch(/ : /);
    const values = await guest.annotations.markup(complete._id, feature);
    expect(values.some((value) => value > 0)).toBe(true);
    expect((await guest.annotations.mask(complete._id, feature)).contentType).toBe("image/png");
    expect((await guest.annotations.rendered(complete._id, feature)).contentType).toBe("image/jpeg");
    await expect(guest.annotations.markup(complete._id, "Nope")).rejects.toMatchObject({
      tag: "HttpNotFoundError",
      status: 500,
    });
  });

  test("segmentations: list, get, mask, thumbnail, best", async () => {
    const images = await guest.images.list({ detail: false }).all();
    let seen = 0;
    for (const { _id } of images.slice(0, 60)) {
      const all = await guest.segmentations.list(_id).all();
      const best = await guest.segmentations.best(_id);
      const usable = all.filter(({ failed }) => !failed);
      if (usable.length === 0) expect(best).toBeUndefined();
      else expect(best?._id).toBe((usable.find(({ skill }) => skill === "expert") ?? usable[0])?._id);
      for (const { _id: id, failed } of all) {
        const mask = guest.segmentations.mask(id);
        if (failed) await expect(mask).rejects.toMatchObject({ tag: "HttpNotFoundError", status: 410 });
        else await (await mask).cancel();
        if (id === best?._id) {
          const small = await guest.segmentations.thumbnail(id, { width: 64 });
          expect(small.contentType).toBe("image/jpeg");
          expect([...(await small.bytes()).subarray(0, 2)]).toEqual([0xff, 0xd8]);
        }
        seen += failed ? 10_000 : 1;
      }
      if (best !== undefined) expect(typeof best.meta.startTime).not.toBe("object");
      if (seen > 10_000) break;
    }
    expect(seen).toBeGreaterThan(0);
  });

  test("tasks", async () => {
    const reader = as("reader");
    const tasks = await reader.tasks.annotations();
    expect(Array.isArray(tasks)).toBe(true);
    if (tasks[0] !== undefined) expect(await reader.tasks.nextAnnotation(tasks[0].study._id)).toHaveProperty("imageId");
    const [study] = await guest.studies.list().all();
    expect(
      await as("stranger")
        .tasks.nextAnnotation(study?._id ?? "")
        .catch((error) => error.tag),
    ).toBeOneOf([undefined, "AuthError"]);
    expect(Array.isArray(await as("segexpert").tasks.segmentations())).toBe(true);
    await expect(reader.tasks.segmentations()).rejects.toMatchObject({ reason: "forbidden" });
    expect(Array.isArray(await as("reviewer").tasks.reviews())).toBe(true);
  });

  test("ids that do not exist, and ids that are none", async () => {
    const nobody = "0".repeat(24);
    await expect(guest.images.get(nobody)).rejects.toMatchObject({ tag: "HttpNotFoundError", status: 400 });
    await expect(guest.studies.get(nobody)).rejects.toMatchObject({ tag: "HttpNotFoundError", status: 400 });
    await expect(guest.annotations.list(nobody)).rejects.toMatchObject({ tag: "HttpNotFoundError", status: 400 });
    await expect(guest.images.get("../user/me")).rejects.toThrow(TypeError);
  });
});
