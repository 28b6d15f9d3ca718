import { valuesOf } from "@isic/select/taxonomy";
import { describe, expect, test } from "vitest";
import { faultKinds, generatedWorld, type ImageRecord } from "../src/index.ts";
import { Kit } from "./archive-kit.ts";
import { headersAreFree } from "./free-headers.ts";
import { unzip } from "./unzip.ts";

/** What an honest double of v2's server must do, in the order of the protocol notes. */
describe("v2 warts", () => {
  const kit = new Kit({ images: 130 });
  const { archive } = kit;
  const secret = archive.datasets.find((dataset) => !dataset.public)!;
  const secretImage = archive.images.find((image) => image.datasetId === secret.id)!;

  test("1. decimals are text, unknown metadata are absent, never null", async () => {
    const { results } = await kit.json(kit.v2("images/search/?query=clin_size_long_diam_mm:*"));
    expect(results.length).toBeGreaterThan(0);
    for (const { metadata } of results) expect(metadata.clinical.clin_size_long_diam_mm).toMatch(/^\d+\.\d\d$/);
    const page = await (await kit.v2("images/")).text();
    expect(page).not.toContain('null, "');
    expect(
      JSON.parse(page).results.some((r: { metadata: { clinical: object } }) => !("sex" in r.metadata.clinical)),
    ).toBe(true);
  });

  test("2. parameters that do not exist are ignored", async () => {
    const plain = await kit.json(kit.v2("images/"));
    expect(await kit.json(kit.v2("images/?offset=50&benign_malignant=benign&page=2"))).toMatchObject({
      results: plain.results,
    });
    const bad = await kit.v2("images/?cursor=abc");
    expect([bad.status, (await bad.json()).detail[0].msg]).toEqual([422, "Value error, Invalid cursor."]);
  });

  test("3. a missing slash is 301 for every method, HEAD is 405, unknown routes are HTML, private objects 404", async () => {
    for (const method of ["GET", "POST", "DELETE"]) {
      const answer = await kit.send(`${archive.v2Url}images`, { method });
      expect([answer.status, answer.headers.get("location")]).toEqual([301, "/api/v2/images/"]);
    }
    const head = await kit.send(`${archive.v2Url}images/`, { method: "HEAD" });
    expect([head.status, head.headers.get("allow")]).toEqual([405, "GET"]);
    const route = await kit.v2("nope/");
    expect([route.status, route.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
    const hidden = await kit.v2(`images/${secretImage.name}/`);
    expect([hidden.status, await hidden.json()]).toEqual([404, { detail: "Not Found" }]);
    expect((await kit.v2(`images/${secretImage.name}/`, "creator")).status).toBe(200);
  });

  test("4. errors speak under three keys", async () => {
    expect(await kit.json(kit.v2("images/ISIC_9999999/"))).toEqual({ detail: "Not Found" });
    expect(await kit.json(kit.v2("images/search/?query=("))).toEqual({ message: "Could not parse search query." });
    const locked = await kit.send(`${archive.v2Url}collections/1/populate-from-list/`, {
      method: "POST",
      headers: { Authorization: `Bearer ${archive.issueToken("creator")}`, "Content-Type": "application/json" },
      body: JSON.stringify({ isic_ids: [] }),
    });
    expect([locked.status, await locked.json()]).toEqual([409, { error: "Collection is locked" }]);
    expect(await kit.json(kit.send(`${archive.v2Url}zip-download/url/`, { method: "POST", body: "query=x" }))).toEqual({
      detail: "Cannot parse request body",
    });
  });

  test("5. a dead token is a guest on public routes and 401 on others, without WWW-Authenticate", async () => {
    const short = new Kit({ tokenSeconds: 60, now: () => clock });
    let clock = 1_700_000_000_000;
    const token = short.archive.issueToken("creator");
    const name = short.archive.images.find((image) => image.datasetId === secret.id)!.name;
    const ask = (path: string) => short.v2(path, undefined, { Authorization: `Bearer ${token}` });
    expect((await ask(`images/${name}/`)).status).toBe(200);
    clock += 61_000;
    expect((await ask("images/?limit=1")).status).toBe(200);
    expect((await ask(`images/${name}/`)).status).toBe(404);
    const me = await ask("users/me/");
    expect([me.status, await me.json(), me.headers.get("www-authenticate")]).toEqual([
      401,
      { detail: "Unauthorized" },
      null,
    ]);
  });

  test.skipIf(!headersAreFree)(
    "6. CORS allows everybody but few headers; the file host is another origin, open or closed",
    async () => {
      const origin = { Origin: "https://example.org" };
      const answer = await kit.v2("images/ISIC_9999999/", undefined, origin);
      expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([404, "*"]);
      expect(answer.headers.get("access-control-expose-headers")).toBeNull();
      const preflight = await kit.send(`${archive.v2Url}images/`, {
        method: "OPTIONS",
        headers: { ...origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range" },
      });
      expect(preflight.headers.get("access-control-allow-headers")).not.toContain("range");
      const file = `${archive.fileOrigin}/images/ISIC_0000000.jpg`;
      expect(new URL(file).origin).not.toBe(archive.origin);
      expect((await kit.send(file, { headers: origin })).headers.get("access-control-allow-origin")).toBe("*");
      const closed = new Kit({ quirks: { fileCors: false } });
      const blocked = await closed.send(file, { headers: origin });
      expect([blocked.status, blocked.headers.get("access-control-allow-origin")]).toEqual([200, null]);
      expect((await closed.send(file, { method: "OPTIONS", headers: origin })).status).toBe(403);
    },
  );

  test("7. acquisition_day cannot be searched (400), blurry falls over (500), counts may be wrong", async () => {
    expect((await kit.v2("images/search/?query=acquisition_day:30")).status).toBe(400);
    const broken = await kit.v2("images/search/?query=sex:male%20blurry:true");
    expect([broken.status, broken.headers.get("content-type")]).toEqual([500, "text/html; charset=utf-8"]);
    const drifting = new Kit({ images: 20, quirks: { countDrift: 5 } });
    const page = await drifting.json(drifting.v2("images/"));
    expect(page.count).toBe(page.results.length + 5);
  });

  test("8. what is announced of a file is its size before credits were embedded: never more than is sent", async () => {
    const large = new Kit({ images: 60, smallPhotos: false });
    for (const some of [kit, large]) {
      const { results } = await some.json(some.v2("images/?limit=60", "admin"));
      for (const { isic_id, files } of results.slice(some === kit ? 0 : 48)) {
        const { id } = some.archive.images.find(({ name }) => name === isic_id)!;
        const kept = (await (await some.v1(`image/${id}/download`, "admin")).arrayBuffer()).byteLength;
        const sent = (await (await some.send(files.full.url)).arrayBuffer()).byteLength;
        const small = (await (await some.send(files.thumbnail_256.url)).arrayBuffer()).byteLength;
        const isJpeg = files.full.url.includes(".jpg");
        expect(files.full.size, isic_id).toBeLessThanOrEqual(kept);
        expect(sent > kept, isic_id).toBe(isJpeg);
        expect(files.thumbnail_256.size, isic_id).toBeLessThanOrEqual(small);
      }
    }
  });

  test("8. the credits inside are the image's own, not the cohort's default of the JSON", async () => {
    const credited = archive.images.find(
      (image) => image.v2?.attribution !== undefined && image.datasetId !== secret.id,
    )!;
    const { attribution, files } = await kit.json(kit.v2(`images/${credited.name}/`));
    const text = new TextDecoder("latin1").decode(await (await kit.send(files.full.url)).arrayBuffer());
    expect(text).toContain("Photoshop 3.0\u00008BIM");
    expect([text.includes(credited.v2!.attribution!), text.includes(attribution)]).toEqual([true, false]);
    const old = await (await kit.v1(`image/${credited.id}/download`)).arrayBuffer();
    expect(new TextDecoder("latin1").decode(old)).not.toContain("Photoshop");
  });

  test("8. files: validators, ranges, expiring signatures with XML", async () => {
    const { files } = await kit.json(kit.v2("images/ISIC_0000000/"));
    const whole = await kit.send(files.full.url);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    const etag = whole.headers.get("etag")!;
    expect(whole.headers.get("content-disposition")).toBe('attachment; filename="ISIC_0000000.jpg"');
    expect(whole.headers.get("last-modified")).toMatch(/GMT$/);
    const part = await kit.send(files.full.url, { headers: { Range: "bytes=10-19" } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(10, 20));
    const tail = await kit.send(files.full.url, { headers: { Range: "bytes=-5", "If-Range": etag } });
    expect(new Uint8Array(await tail.arrayBuffer())).toEqual(bytes.slice(-5));
    const other = await kit.send(files.full.url, { headers: { Range: "bytes=-5", "If-Range": '"old"' } });
    expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, bytes.length]);
    const beyond = await kit.send(files.full.url, { headers: { Range: `bytes=${bytes.length}-` } });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${bytes.length}`]);
    expect((await kit.send(files.full.url, { headers: { "If-None-Match": etag } })).status).toBe(304);

    let clock = 1_700_000_000_000;
    const timed = new Kit({ now: () => clock, quirks: { signedUrlSeconds: 30 } });
    const mine = await timed.json(timed.v2(`images/${secretImage.name}/`, "creator"));
    expect((await timed.send(mine.files.full.url)).status).toBe(200);
    clock += 31_000;
    const late = await timed.send(mine.files.full.url);
    expect([late.status, late.headers.get("content-type")]).toEqual([403, "application/xml"]);
    expect(await late.text()).toContain("<Error><Code>AccessDenied</Code>");
    expect((await kit.send(`${archive.fileOrigin}/images/${secretImage.name}.jpg`)).status).toBe(403);
    const gone = new Kit({ quirks: { missingFile: 404 } });
    const missing = await gone.send(`${archive.fileOrigin}/images/ISIC_9999999.jpg`);
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining("NoSuchKey")]);

    const kinds = new Map(archive.images.map((image) => [image.mimeType, image]));
    expect([...kinds.keys()].sort()).toEqual(["image/jpeg", "image/png", "image/tiff"]);
    for (const [type, image] of kinds) {
      const view = await kit.json(kit.v2(`images/${image.name}/`));
      const answer = await kit.send(view.files.full.url);
      expect([view.files.full.url.split(".").at(-1), answer.headers.get("content-type")]).toEqual([
        { "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif" }[type],
        type,
      ]);
      expect(type !== "image/tiff" || new TextDecoder().decode((await answer.arrayBuffer()).slice(0, 2)) === "II").toBe(
        true,
      );
    }
  });

  test("9. ZIP: a bare JSON string, a token for a day, a listing without length, empty entries, 401, 500, 404", async () => {
    let clock = 1_700_000_000_000;
    const timed = new Kit({ now: () => clock });
    const order = async (query: string) => {
      const body = JSON.stringify({ query });
      return (await timed.json(
        timed.send(`${timed.archive.v2Url}zip-download/url/`, { method: "POST", body }),
      )) as string;
    };
    const url = await order("isic_id:ISIC_0000000 OR isic_id:ISIC_0000001");
    const token = new URL(url).searchParams.get("zsid")!;
    const listing = await timed.v2(`zip-download/file-listing/?token=${encodeURIComponent(token)}`);
    expect(listing.headers.get("content-length")).toBeNull();
    const { files } = await listing.json();
    expect(files.map((file: { zipPath: string }) => file.zipPath).slice(0, 3)).toEqual([
      "ISIC_0000000.jpg",
      "ISIC_0000001.jpg",
      "metadata.csv",
    ]);
    const zip = await timed.send(url);
    expect(zip.headers.get("content-length")).toBeNull();
    expect(new Uint8Array(await zip.arrayBuffer()).slice(0, 4)).toEqual(Uint8Array.of(0x50, 0x4b, 3, 4));
    const broken = new URL(await order("((")).searchParams.get("zsid")!;
    expect((await timed.v2(`zip-download/file-listing/?token=${encodeURIComponent(broken)}`)).status).toBe(500);
    expect((await timed.send(`${timed.archive.fileOrigin}/download?zsid=${broken}`)).status).toBe(404);
    clock += 86_401_000;
    const old = await timed.v2(`zip-download/file-listing/?token=${encodeURIComponent(token)}`);
    expect([old.status, await old.json()]).toEqual([401, { detail: "Unauthorized" }]);
  });

  test("9. a photo that the ZIP service cannot get is an empty entry", async () => {
    const world = generatedWorld({ images: 3, smallPhotos: true });
    const photo = async (image: ImageRecord) => (image.name === "ISIC_0000001" ? undefined : world.photo(image));
    const lossy = new Kit({ source: { ...world, photo } });
    const body = JSON.stringify({});
    const url = await lossy.json(lossy.send(`${lossy.archive.v2Url}zip-download/url/`, { method: "POST", body }));
    const answer = await lossy.send(url);
    const files = unzip(new Uint8Array(await answer.arrayBuffer()));
    expect(answer.status).toBe(200);
    expect([...files.keys()].slice(0, 4)).toEqual([
      "ISIC_0000000.jpg",
      "ISIC_0000001.jpg",
      "ISIC_0000002.jpg",
      "metadata.csv",
    ]);
    expect(files.get("ISIC_0000001.jpg")).toHaveLength(0);
    expect(files.get("ISIC_0000002.jpg")?.subarray(0, 2)).toEqual(Uint8Array.of(0xff, 0xd8));
    expect(new TextDecoder().decode(files.get("metadata.csv"))).toContain("ISIC_0000001,");
  });

  test("10. 429 with and without Retry-After, and every other fault, on demand", async () => {
    archive.failNext("429");
    archive.failNext("429-retry-after");
    const [plain, timed] = [await kit.v2("images/"), await kit.v2("images/")];
    expect([plain.status, plain.headers.get("retry-after")]).toEqual([429, null]);
    expect([timed.status, timed.headers.get("retry-after")]).toEqual([429, "1"]);
    expect((await kit.v2("images/?limit=1")).status).toBe(200);
    expect(faultKinds).toHaveLength(13);
  });

  test("11. answers may be compressed on their way; a slow first byte ends in 503", async () => {
    const page = await kit.v2("images/");
    expect(page.headers.get("vary")).toBe("Cookie, Accept-Encoding, origin");
    archive.useFaults({ rate: 1, kinds: ["slow"], slowMs: 5 });
    const slow = await kit.v2("images/");
    archive.useFaults(undefined);
    expect([slow.status, slow.headers.get("content-type")]).toEqual([503, "text/html; charset=utf-8"]);
  });

  test("12. the archive grows between pages, loses an image after listing it, and credits differ in JSON and CSV", async () => {
    const growing = new Kit({ images: 150, quirks: { growth: 7 } });
    const first = await growing.json(growing.v2("images/"));
    const second = await growing.json(growing.send(first.next));
    expect(first.results.length + second.results.length).toBe(first.count + 7);
    expect(second.results.at(-1).isic_id).toBe("ISIC_0000156");

    const name = first.results[3].isic_id;
    growing.archive.withdraw(name);
    expect((await growing.v2(`images/${name}/`)).status).toBe(404);
    expect(await growing.v1(`image?name=${name}`).then((answer) => answer.json())).toEqual([]);

    const credited = archive.images.find(
      (image) => image.v2?.attribution !== undefined && image.datasetId !== secret.id,
    )!;
    const { attribution } = await kit.json(kit.v2(`images/${credited.name}/`));
    const member = archive.collections.find((collection) => collection.public && collection.has(credited))!;
    const csv = await (await kit.send(`${archive.origin}/collections/${member.id}/metadata/`)).text();
    const row = csv.split("\r\n").find((line) => line.startsWith(credited.name))!;
    expect(row).not.toContain(`,${attribution},`);
    expect(row).toContain(credited.v2!.attribution!);
  });

  test("old ids lead to new names", async () => {
    const answer = await kit.send(`${archive.origin}/images/${archive.images[0]!.id}/`);
    expect([answer.status, answer.headers.get("location")]).toEqual([301, "/images/ISIC_0000000/"]);
  });

  test("a lesion is seen only if all its images are; its list counts on every page", async () => {
    const page = await kit.json(kit.v2("lesions/?limit=1"));
    expect(page.results[0]).toMatchObject({ id: expect.stringMatching(/^IL_\d{7}$/), images_count: 2 });
    expect((await kit.json(kit.send(page.next))).count).toBe(page.count);
    const all = await kit.json(kit.v2("lesions/", "admin"));
    expect(all.count).toBeGreaterThan(page.count);
  });

  test("facets, size, stats and quickfind answer anonymously", async () => {
    const facets = await kit.json(kit.v2("images/facets/?query=sex:male"));
    expect(facets.sex.buckets).toEqual([
      { key: "male", doc_count: facets.sex.meta.present_count },
      { key: "female", doc_count: 0 },
    ]);
    expect(facets.image_type.buckets.map(({ key }: { key: string }) => key)).toEqual(valuesOf("image_type"));
    const lesions = facets.lesion_id;
    expect([lesions.buckets.length, lesions.meta.present_count > 10]).toEqual([10, true]);
    expect((await kit.json(kit.v2("images/search/size/?query=sex:male"))).size).toBeGreaterThan(0);
    const listed = (await kit.json(kit.v2("images/"))).count;
    expect((await kit.json(kit.v2("stats/"))).image.public_images_count).toBe(listed);
    expect((await kit.json(kit.v2("quickfind/?query=0000001")))[0].title).toBe("ISIC_0000001");
    expect((await kit.v2("quickfind/?query=is")).status).toBe(422);
  });
});
