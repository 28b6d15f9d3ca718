import { describe, expect, test } from "vitest";
import { generatedWorld, type ImageRecord, type Source } from "../src/index.ts";
import { Kit } from "./archive-kit.ts";

interface ApiImage {
  readonly isic_id: string;
  readonly metadata: { readonly clinical: Readonly<Record<string, unknown>> };
}
interface Lesion {
  readonly id: string;
  readonly images: readonly ApiImage[];
  readonly index_image_id: string;
  readonly outcome_diagnosis: string | null;
}

/** A world with some of its records changed. */
function changed(images: number, change: (image: ImageRecord, index: number) => ImageRecord): Source {
  const world = generatedWorld({ images, smallPhotos: true });
  return { ...world, images: world.images.map(change) };
}

describe("traps of v2's lists", () => {
  /** Follows `next` for at most `most` pages. */
  async function walk(kit: Kit, path: string, most = 20): Promise<{ ids: string[]; ended: boolean }> {
    const ids: string[] = [];
    let url: string | null = kit.archive.v2Url + path;
    for (let pages = 0; url !== null && pages < most; pages++) {
      const page: { results: ApiImage[]; next: string | null } = await kit.json(kit.send(url));
      ids.push(...page.results.map(({ isic_id }) => isic_id));
      url = page.next;
    }
    return { ids, ended: url === null };
  }

  test("more than 200 images of one moment walk in a circle for ever; the ZIP's listing has them all", async () => {
    const published = Date.UTC(2021, 0, 1);
    const kit = new Kit({ source: changed(260, (image) => ({ ...image, published })) });
    const { ids, ended } = await walk(kit, "images/");
    const { count } = await kit.json(kit.v2("images/"));
    expect(ended).toBe(false);
    expect(new Set(ids).size).toBeLessThan(count);
    const url = await kit.json(kit.send(`${kit.archive.v2Url}zip-download/url/`, { method: "POST", body: "{}" }));
    const token = encodeURIComponent(new URL(url).searchParams.get("zsid")!);
    const { files } = await kit.json(kit.v2(`zip-download/file-listing/?token=${token}`));
    expect(files.filter(({ zipPath }: { zipPath: string }) => zipPath.startsWith("ISIC_"))).toHaveLength(count);
  });

  test("up to 200 of one moment may come twice; pages of less than 100 lose those of the last row's moment", async () => {
    const shared = changed(250, (image, index) => ({
      ...image,
      published: index < 30 ? index : index < 230 ? 30 : index,
    }));
    const twice = await walk(new Kit({ source: shared }), "images/");
    expect(twice.ended).toBe(true);
    expect(twice.ids.length).toBeGreaterThan(new Set(twice.ids).size);
    const kit = new Kit({ images: 256 });
    const { count } = await kit.json(kit.v2("images/"));
    expect(new Set((await walk(kit, "images/?limit=100")).ids).size).toBe(count);
    expect(new Set((await walk(kit, "images/?limit=10", 100)).ids).size).toBeLessThan(count);
  });

  test("the list of lesions takes any image for the index image, and its outcome from there", async () => {
    const kit = new Kit({
      source: changed(120, (image, index) => {
        const { v2 } = image;
        return v2?.clinical?.lesion_id === undefined
          ? image
          : { ...image, v2: { ...v2, clinical: { ...v2.clinical, concomitant_biopsy: index % 4 === 0 } } };
      }),
    });
    const { results } = (await kit.json(kit.v2("lesions/"))) as { results: Lesion[] };
    const outcome = ({ clinical }: ApiImage["metadata"]) =>
      [1, 2, 3, 4, 5]
        .map((level) => clinical[`diagnosis_${level}`])
        .filter(Boolean)
        .join(":") || null;
    let wrong = 0;
    for (const listed of results) {
      const single: Lesion = await kit.json(kit.v2(`lesions/${listed.id}/`));
      const biopsied = single.images.find(({ metadata }) => metadata.clinical.concomitant_biopsy === true);
      // one image of a pair is of another kind
      if (biopsied === undefined) continue;
      expect([single.index_image_id, single.outcome_diagnosis]).toEqual([biopsied.isic_id, outcome(biopsied.metadata)]);
      const index = listed.images.find(({ isic_id }) => isic_id === listed.index_image_id)!;
      expect(listed.outcome_diagnosis).toBe(outcome(index.metadata));
      if (listed.outcome_diagnosis !== single.outcome_diagnosis) wrong++;
    }
    expect(wrong).toBeGreaterThan(results.length / 4);
  });

  test("an unknown biopsy comes before a known one", async () => {
    const kit = new Kit({
      source: changed(8, (image, index) => ({
        ...image,
        v2: { clinical: { lesion_id: "IL_0000001", ...(index === 5 ? {} : { concomitant_biopsy: true }) } },
      })),
    });
    expect((await kit.json(kit.v2("lesions/IL_0000001/"))).index_image_id).toBe("ISIC_0000005");
  });

  test("collections that are not seen are left out of a filter without notice; an empty filter is none; letters are 422", async () => {
    const kit = new Kit();
    const count = async (collections: string) =>
      (await kit.json(kit.v2(`images/search/?collections=${collections}`))).count;
    const hidden = kit.archive.collections.find((collection) => !collection.public)!.id;
    expect([await count(String(hidden)), await count("999")]).toEqual([0, 0]);
    expect(await count(`1,${hidden}`)).toBe(await count("1"));
    expect(await count("")).toBe((await kit.json(kit.v2("images/"))).count);
    for (const bad of ["1,", "abc"]) expect((await kit.v2(`images/search/?collections=${bad}`)).status).toBe(422);
  });

  test("pin_sort, whatever it says, shows pinned images first and has cursors of its own", async () => {
    const kit = new Kit({ images: 150 });
    const names = async (path: string) =>
      (await kit.json(kit.v2(path))).results.map(({ isic_id }: ApiImage) => isic_id).slice(0, 3);
    expect(await names("images/")).toEqual(["ISIC_0000000", "ISIC_0000001", "ISIC_0000002"]);
    expect(await names("images/?pin_sort=")).toEqual(await names("images/"));
    expect(await names("images/?pin_sort=false")).toEqual(["ISIC_0000031", "ISIC_0000020", "ISIC_0000000"]);
    const [plain, pinned] = [await walk(kit, "images/"), await walk(kit, "images/search/?pin_sort=1")];
    expect(new Set(pinned.ids)).toEqual(new Set(plain.ids));
    const next = new URL((await kit.json(kit.v2("images/?pin_sort=true&limit=2"))).next);
    expect(atob(next.searchParams.get("cursor")!)).toMatch(/^p=20%7C20\d\d-/);
    next.searchParams.delete("pin_sort");
    expect((await kit.send(next.href)).status).toBe(422);
    const other = new URL((await kit.json(kit.v2("images/?limit=2"))).next);
    other.searchParams.set("pin_sort", "true");
    expect((await kit.send(other.href)).status).toBe(422);
  });

  test("nothing can be revalidated, and a token in the address counts for nothing", async () => {
    const kit = new Kit();
    const answer = await kit.v2("images/?limit=1", undefined, { "If-None-Match": "*" });
    expect(answer.status).toBe(200);
    for (const name of ["etag", "last-modified", "cache-control"]) expect(answer.headers.get(name), name).toBeNull();
    expect((await kit.v2(`users/me/?access_token=${kit.archive.issueToken("reader")}`)).status).toBe(401);
  });

  test("tables of a ZIP have addresses over plain http, private photos addresses that do not work", async () => {
    const kit = new Kit();
    const headers = { Authorization: `Bearer ${kit.archive.issueToken("admin")}` };
    const url = await kit.json(
      kit.send(`${kit.archive.v2Url}zip-download/url/`, { method: "POST", body: "{}", headers }),
    );
    const token = encodeURIComponent(new URL(url).searchParams.get("zsid")!);
    const { files } = await kit.json(kit.v2(`zip-download/file-listing/?token=${token}`));
    const asides = files.slice(files.findIndex(({ zipPath }: { zipPath: string }) => zipPath === "metadata.csv"));
    expect(asides.map((file: { url: string }) => new URL(file.url).protocol)).toEqual(asides.map(() => "http:"));
    expect((await kit.send(asides[0].url, { redirect: "manual" })).status).toBe(301);
    const hidden = kit.archive.images.find(({ reviewed }) => reviewed === null)!.name;
    const [photo] = files.filter(({ zipPath }: { zipPath: string }) => zipPath.startsWith(hidden));
    expect((await kit.send(photo.url)).status).toBe(403);
  });

  test("the staff's list of studies falls over questions with choices", async () => {
    const kit = new Kit();
    expect((await kit.v2("studies/")).status).toBe(401);
    expect((await kit.v2("studies/", "admin")).status).toBe(500);
    const world = generatedWorld({ images: 3 });
    const plain = new Kit({
      source: { ...world, studies: world.studies.map((study) => ({ ...study, questions: [] })) },
    });
    expect((await plain.v2("studies/", "admin")).status).toBe(200);
  });

  test("licence texts are whole", async () => {
    const kit = new Kit({ images: 1 });
    const text = async (name: string) => (await kit.v2(`zip-download/license-file/${name}/`)).text();
    const [zero, by, nc] = [await text("CC-0"), await text("CC-BY"), await text("CC-BY-NC")];
    expect(zero).toMatch(
      /^Creative Commons Legal Code\s+CC0 1\.0 Universal.*4\. Limitations and Disclaimers.*this CC0 or use of the Work\.\n$/s,
    );
    for (const licence of [by, nc]) {
      expect(licence).toMatch(/Section 1 – Definitions.*Section 8 – Interpretation\..*creativecommons\.org\.\n$/s);
      expect(licence.length).toBeGreaterThan(15_000);
    }
    expect([by.includes("NonCommercial means"), nc.includes("NonCommercial means")]).toEqual([false, true]);
  });
});
