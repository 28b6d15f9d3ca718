import { describe, expect, test } from "vitest";
import { Kit } from "./archive-kit.ts";
import { unzip } from "./unzip.ts";

/** The behaviours of the Girder server that an optimistic client trips over, in the order of the protocol notes. */
describe("v1 warts", () => {
  const kit = new Kit();
  const { archive } = kit;
  const study = archive.studies[0]!;
  const secret = archive.datasets.find((dataset) => !dataset.public)!;
  const secretImage = archive.images.find((image) => image.datasetId === secret.id)!;
  const waiting = archive.images.find((image) => image.reviewed === null)!;
  const first = archive.images[0]!;

  test("1. missing ids are 400, unknown routes 400 or an HTML 404, and one 500 is HTML under a JSON type", async () => {
    const unknown = await kit.v1("image/000000000000000000000000");
    expect([unknown.status, await unknown.json()]).toEqual([
      400,
      { message: "Invalid item id (000000000000000000000000).", type: "rest" },
    ]);
    const route = await kit.v1(`image/${first.id}/nope`);
    expect([route.status, (await route.json()).message]).toEqual([400, `No matching route for "GET ${first.id}/nope"`]);
    const resource = await kit.v1("nope");
    expect([resource.status, resource.headers.get("content-type")]).toEqual([404, "text/html"]);
    const [annotation] = await kit.json(kit.v1(`annotation?studyId=${study.id}&state=complete`));
    const broken = await kit.v1(`annotation/${annotation._id}/Nope`);
    expect([broken.status, broken.headers.get("content-type")]).toEqual([500, "application/json"]);
    expect(await broken.text()).toMatch(/^<h2>500 Internal Server Error/);
  });

  test("2. an invalid token is a guest, with status 200", async () => {
    const me = await kit.v1("user/me", undefined, { "Girder-Token": "x".repeat(64) });
    expect([me.status, await me.json()]).toEqual([200, null]);
    const hidden = await kit.v1(`dataset/${secret.id}`, undefined, { "Girder-Token": "x".repeat(64) });
    expect(hidden.status).toBe(401);
  });

  test("3. a logged-in user without an entry reads public data at level -1", async () => {
    const levels = await Promise.all(
      [undefined, "stranger", "admin"].map(
        async (who) => (await kit.json(kit.v1(`image/${first.id}`, who))).dataset._accessLevel,
      ),
    );
    expect(levels).toEqual([0, -1, 2]);
  });

  test("4. there is no total; limit=0 means all; a list of ids is cut by the default limit", async () => {
    const page = await kit.v1("image");
    expect(page.headers.get("girder-total-count")).toBeNull();
    expect(await page.json()).toHaveLength(50);
    const listed = archive.images.filter((image) => image.reviewed?.accepted && image.datasetId !== secret.id);
    expect(await kit.json(kit.v1("image?limit=0"))).toHaveLength(listed.length);
    const ids = encodeURIComponent(JSON.stringify(listed.map((image) => image.id)));
    expect(await kit.json(kit.v1(`image?imageIds=${ids}`))).toHaveLength(50);
    expect(await kit.json(kit.v1(`image?imageIds=${ids}&limit=300`))).toHaveLength(listed.length);
    const [total] = (await kit.json(kit.v1("image/histogram"))).__passedFilters__;
    expect(total.count).toBe(listed.length);
  });

  test("5. Range is ignored although ranges are said to be accepted", async () => {
    const whole = await (await kit.v1(`image/${first.id}/download`)).arrayBuffer();
    const part = await kit.v1(`image/${first.id}/download`, undefined, { Range: "bytes=0-9" });
    expect([part.status, part.headers.get("accept-ranges")]).toEqual([200, "bytes"]);
    expect((await part.arrayBuffer()).byteLength).toBe(whole.byteLength);
  });

  test("6. nothing can be revalidated", async () => {
    for (const path of ["image?limit=1", `image/${first.id}/download`]) {
      const answer = await kit.v1(path, undefined, { "If-None-Match": "*" });
      expect(answer.status).toBe(200);
      for (const name of ["etag", "last-modified", "cache-control", "expires"]) {
        expect(answer.headers.get(name), name).toBeNull();
      }
    }
  });

  test("7. feature ids hold blanks, colons and slashes and travel as one encoded segment", async () => {
    const feature = study.features.find((id) => id.includes("/"))!;
    const all = await kit.json(kit.v1(`annotation?studyId=${study.id}&state=complete&detail=true`));
    const { _id } = all.find(({ markups }: { markups: object }) => feature in markups);
    const encoded = await kit.v1(`annotation/${_id}/${encodeURIComponent(feature)}`);
    expect(encoded.status).toBe(200);
    const bare = await kit.v1(`annotation/${_id}/${feature.replaceAll(" ", "%20")}`);
    expect([bare.status, (await bare.json()).message]).toEqual([400, `No matching route for "GET ${_id}/${feature}"`]);
    const mask = await kit.v1(`annotation/${_id}/${encodeURIComponent(feature)}/mask`);
    const name = feature.replaceAll(" : ", " ; ").replaceAll("/", ",");
    expect(mask.headers.get("content-disposition")).toBe(`inline; filename="annotation_${_id}_${name}.png"`);
  });

  test("8. startTime, unstructured and a message may be lists of one", async () => {
    const late = new Kit({ images: 200, quirks: { v1Release: "2022-04" } });
    const details = await Promise.all(
      (await kit.json(kit.v1(`segmentation?imageId=${first.id}`))).map((s: { _id: string }) =>
        kit.json(kit.v1(`segmentation/${s._id}`)),
      ),
    );
    expect(details.length).toBeGreaterThan(0);
    const shapes = new Set<string>();
    for (const image of archive.images.slice(0, 40)) {
      if (image.reviewed === null || image.datasetId === secret.id) continue;
      for (const { _id } of await kit.json(kit.v1(`segmentation?imageId=${image.id}`))) {
        const { meta } = await kit.json(kit.v1(`segmentation/${_id}`));
        shapes.add(Array.isArray(meta.startTime) ? "list" : typeof meta.startTime);
      }
    }
    expect(shapes).toEqual(new Set(["list", "string", "undefined"]));
    const seen = await late.json(late.v1(`image/${late.archive.images[0]!.id}`, "reviewer"));
    expect(seen.meta.unstructured).toEqual([late.archive.images[0]!.unstructured]);
    expect("unstructured" in (await late.json(late.v1(`image/${late.archive.images[0]!.id}`))).meta).toBe(false);
    const permission = await kit.send(`${archive.v1Url}/user/requestCreateDatasetPermission`, {
      method: "POST",
      headers: { "Girder-Token": await kit.token("creator") },
    });
    expect((await permission.json()).message).toEqual(["Dataset Contributor access granted."]);
  });

  test("9. metadata are null in some records and missing in others", async () => {
    const large = new Kit({ images: 300 });
    const records = await large.json(large.v1("image?detail=true&limit=0"));
    const fields = ["age_approx", "sex", "diagnosis", "anatom_site_general", "benign_malignant", "melanocytic"];
    const clinical = records.map(({ meta }: { meta: { clinical: Record<string, unknown> } }) => meta.clinical);
    const kinds = (name: string) =>
      new Set(
        clinical.map((c: Record<string, unknown>) => (name in c ? (c[name] === null ? "null" : "value") : "missing")),
      );
    const both = fields.filter((name) => kinds(name).size === 3);
    expect(both).toEqual(["age_approx", "sex", "diagnosis", "anatom_site_general", "benign_malignant", "melanocytic"]);
    expect(clinical.some((c: object) => Object.keys(c).length === 0)).toBe(true);
  });

  test("10. the same refusal is 401 for a guest and 403 for a user", async () => {
    const statuses = await Promise.all(
      [undefined, "stranger"].map(async (who) => (await kit.v1(`dataset/${secret.id}`, who)).status),
    );
    expect(statuses).toEqual([401, 403]);
  });

  test("11. a failed segmentation has no mask: 410", async () => {
    const failed = (await kit.json(kit.v1(`segmentation?imageId=${first.id}`))).find(
      (s: { failed: boolean }) => s.failed,
    );
    const mask = await kit.v1(`segmentation/${failed._id}/mask`);
    expect([mask.status, (await mask.json()).message]).toEqual([
      410,
      "This segmentation is failed, and thus has no mask.",
    ]);
  });

  test("12. who accepts HTML gets HTML, escaped", async () => {
    for (const accept of ["text/html", "text/html,application/json;q=0.9"]) {
      const page = await kit.v1("image?limit=1", undefined, { Accept: accept });
      expect(page.headers.get("content-type")).toBe("text/html;charset=utf-8");
      expect(await page.text()).toMatch(/^<div style="font-family:monospace;">\[<br \/>/);
    }
    const plain = await kit.v1("image?limit=1", undefined, { Accept: "application/json, text/html" });
    expect(plain.headers.get("content-type")).toBe("application/json");
  });

  test("13. ZIP and CSV are streamed without a length, and sizes follow the data", async () => {
    const ids = encodeURIComponent(JSON.stringify([first.id]));
    const zip = await kit.v1(`image/download?imageIds=${ids}`);
    expect([zip.headers.get("content-length"), zip.headers.get("content-type")]).toEqual([null, "application/zip"]);
    const bytes = new Uint8Array(await zip.arrayBuffer());
    const view = new DataView(bytes.buffer);
    expect([view.getUint32(0), view.getUint16(6, true) & 8, view.getUint32(18, true)]).toEqual([0x504b0304, 8, 0]);
    const text = new TextDecoder("latin1").decode(bytes);
    for (const name of ["ISIC_0000000.jpg", "ISIC_0000000.json", "LICENSE.txt", "ATTRIBUTION.txt"]) {
      expect(text).toContain(`ISIC-images/UDA-1/${name}`);
    }
    const csv = await kit.v1(`study/${study.id}?format=csv`);
    expect(csv.headers.get("content-length")).toBeNull();
    expect((await csv.text()).split("\r\n")[0]).toBe(
      "study_name,study_id,user_name,user_id,image_name,image_id,flag_status,elapsed_seconds,Is this lesion benign or malignant?",
    );
  });

  test("14. some times have no fraction of a second", async () => {
    const records = await kit.json(kit.v1("image?detail=true&limit=0"));
    const created: string[] = records.map((record: { created: string }) => record.created);
    expect(created.every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/.test(time))).toBe(true);
    expect(new Set(created.map((time) => time.length))).toEqual(new Set([32, 25]));
  });

  test("15. the list of annotations has no pages", async () => {
    const all = await kit.json(kit.v1(`annotation?studyId=${study.id}`));
    expect(all).toHaveLength(study.imageIds.length * study.userIds.length);
    expect(await kit.json(kit.v1(`annotation?studyId=${study.id}&limit=1&offset=3`))).toEqual(all);
  });

  test("16. names are hidden in the detailed list and open in the single annotation", async () => {
    const [listed] = await kit.json(kit.v1(`annotation?studyId=${study.id}&detail=true`, "studyadmin"));
    expect(Object.keys(listed.user).sort()).toEqual(["_id", "name"]);
    const single = await kit.json(kit.v1(`annotation/${listed._id}`, "studyadmin"));
    expect(single.user).toMatchObject({ login: "reader", firstName: "Rea", lastName: "Der" });
  });

  test("17. a photo may say in its EXIF that it should be turned; size and masks are of the stored pixels", async () => {
    const large = new Kit({ images: 120 });
    let turned = 0;
    for (const image of large.archive.images.slice(0, 60)) {
      if (image.reviewed === null || image.datasetId === secret.id || image.mimeType !== "image/jpeg") continue;
      const bytes = new Uint8Array(await (await large.v1(`image/${image.id}/download`)).arrayBuffer());
      const at = new TextDecoder("latin1").decode(bytes.subarray(0, 80)).indexOf("Exif");
      if (at < 0) continue;
      turned++;
      expect(bytes[at + 25]).toBe(6);
      expect(jpegSize(bytes)).toEqual([image.acquisition.pixelsX, image.acquisition.pixelsY]);
    }
    expect(turned).toBeGreaterThan(0);
  });

  test("18. a markup array has one number per superpixel; zeros made up by the server are floats", async () => {
    const all = await kit.json(kit.v1(`annotation?studyId=${study.id}&state=complete&detail=true`));
    const marked = all.find(({ markups }: { markups: Record<string, boolean> }) =>
      Object.values(markups).includes(true),
    );
    const feature = Object.keys(marked.markups).find((name) => marked.markups[name])!;
    const text = await (await kit.v1(`annotation/${marked._id}/${encodeURIComponent(feature)}`)).text();
    expect(text).toMatch(/^\[0\.0, /);
    const values: number[] = JSON.parse(text);
    const map = await (await kit.v1(`image/${marked.image._id}/superpixels`)).arrayBuffer();
    const { readSuperpixelPng } = await import("@isic/core-wasm");
    expect(values).toHaveLength((await readSuperpixelPng(new Uint8Array(map))).count);
    expect(new Set(values)).toEqual(new Set([0, 0.5, 1]));
    // what a reader hands in comes back as it came: integers
    const active = (await kit.json(kit.v1(`annotation?studyId=${study.id}&state=active`, "reader"))).find(
      (a: { userId: string }) => a.userId === archive.users.find((user) => user.login === "reader")!.id,
    );
    const activeMap = await (await kit.v1(`image/${active.imageId}/superpixels`)).arrayBuffer();
    const { count } = await readSuperpixelPng(new Uint8Array(activeMap));
    const posted = Array.from({ length: count }, (_, i) => (i === 1 ? 0.5 : i === 2 ? 1 : 0));
    const body = {
      status: "ok",
      startTime: 1e12,
      stopTime: 1e12 + 5000,
      responses: {},
      markups: { [feature]: posted },
      log: [],
    };
    const put = await kit.send(`${archive.v1Url}/annotation/${active._id}`, {
      method: "PUT",
      headers: { "Girder-Token": await kit.token("reader"), "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    expect([put.status, await put.json()]).toEqual([200, null]);
    const echoed = await (await kit.v1(`annotation/${active._id}/${encodeURIComponent(feature)}`)).text();
    expect(echoed.slice(0, 14)).toBe("[0, 0.5, 1, 0,");
  });

  test("19. http and www lead to the canonical host, across origins", async () => {
    for (const origin of ["http://archive.sample.invalid", "https://www.archive.sample.invalid"]) {
      const answer = await kit.send(`${origin}/api/v1/image?limit=1`);
      expect([answer.status, answer.headers.get("location")]).toEqual([301, `${archive.origin}/api/v1/image?limit=1`]);
    }
  });

  test("20. a refusal names the owner of the access list, not the object", async () => {
    const image = await kit.json(kit.v1(`image/${secretImage.id}`));
    expect(image.message).toBe(`Read access denied for folder ${secret.folderId} (user None).`);
    const home = archive.datasets.find((dataset) => dataset.id === waiting.datasetId)!;
    const pending = await kit.json(kit.v1(`image/${waiting.id}`, "stranger"));
    const stranger = archive.users.find((user) => user.login === "stranger")!.id;
    expect(pending.message).toBe(`Read access denied for folder ${home.reviewFolderId} (user ${stranger}).`);
  });

  test("files of one season keep the names that their contributors gave them, in downloads and in the ZIP", async () => {
    const named = archive.images.filter(({ fileName }) => fileName !== undefined);
    expect(named).toHaveLength(2);
    const download = await kit.v1(`image/${named[0]!.id}/download`);
    expect(download.headers.get("content-disposition")).toBe('attachment; filename="Patient 43 (left arm).JPG"');
    const ids = encodeURIComponent(JSON.stringify(named.map(({ id }) => id)));
    const zip = await (await kit.v1(`image/download?imageIds=${ids}`)).arrayBuffer();
    expect([...unzip(new Uint8Array(zip)).keys()].some((name) => name.endsWith("/Patient 44 (left arm).JPG"))).toBe(
      true,
    );
  });

  test("Basic is looked at by the login only, and a POST may say that it is another method", async () => {
    const Authorization = `Basic ${btoa("reader:password")}`;
    expect(await kit.json(kit.v1("user/me", undefined, { Authorization }))).toBeNull();
    const headers = { "X-HTTP-Method-Override": "GET" };
    const answer = await kit.send(`${archive.v1Url}/image?limit=3`, { method: "POST", headers });
    expect(await answer.json()).toHaveLength(3);
    expect((await kit.send(`${archive.v1Url}/image?limit=3`, { method: "POST" })).status).toBe(400);
  });

  test("a dataset counts images that the asker may not see, and a study shows all of its own", async () => {
    const listed = await kit.json(kit.v1("image?detail=true&limit=0"));
    const mine = (id: string) =>
      listed.filter((image: { dataset: { _id: string } }) => image.dataset._id === id).length;
    archive.withdraw(listed.at(-1).name);
    const { _id } = listed.at(-1).dataset;
    expect((await kit.json(kit.v1(`dataset/${_id}`))).count).toBe(mine(_id));
    const inStudy = archive.images.find(({ id }) => id === study.imageIds.at(-1))!;
    archive.withdraw(inStudy.name);
    const { images } = await kit.json(kit.v1(`study/${study.id}`));
    expect(images).toHaveLength(study.imageIds.length);
    expect((await kit.v1(`image/${inStudy.id}`)).status).toBe(401);
  });

  test("21. updated never moves", async () => {
    const records = await kit.json(kit.v1("image?detail=true&limit=0"));
    expect(records[0].updated).toBe("2015-02-23T02:48:17.495000+00:00");
    expect(records[0].notes.tags).toContain("Challenge 2019: Training");
    expect(records.every((record: { updated: string }) => record.updated < "2016")).toBe(true);
  });
});

/** Width and height from the frame header. */
function jpegSize(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (view.getUint16(at) !== 0xffc0) at += 2 + view.getUint16(at + 2);
  return [view.getUint16(at + 7), view.getUint16(at + 5)];
}
