import { readSuperpixelPng } from "@isic/core-wasm";
import { selectFrom } from "@isic/select";
import { beforeAll, describe, expect, test } from "vitest";
import { draw } from "../src/photo/draw.ts";
import { people } from "../src/world/people.ts";
import { Kit } from "./archive-kit.ts";

type Detail = {
  readonly _id: string;
  readonly name: string;
  readonly meta: { readonly clinical: Record<string, unknown> };
};

describe("the generated archive", () => {
  const kit = new Kit({ images: 300, smallPhotos: false });
  let records: readonly Detail[];
  beforeAll(async () => {
    records = await kit.json(kit.v1("image?detail=true&limit=0"));
  });

  test("record 0 is the one that the original README prints", () => {
    expect(records[0]).toMatchObject({
      _id: "5436e3abbae478396759f0cf",
      name: "ISIC_0000000",
      created: "2014-10-09T19:36:11.989000+00:00",
      creator: { name: "User 6VSN" },
      dataset: { name: "UDA-1", license: "CC-0", _accessLevel: 0 },
      meta: {
        acquisition: { image_type: "dermoscopic", pixelsX: 1022, pixelsY: 767 },
        clinical: { age_approx: 55, benign_malignant: "benign", diagnosis: "nevus", sex: "female" },
      },
    });
  });

  test("the README's selection narrows to five records in five steps", () => {
    const steps = [
      [
        ["meta.acquisition.pixelsX", ">=", 2048],
        ["meta.acquisition.image_type", "==", "dermoscopic"],
        ["meta.clinical.diagnosis", "!=", "nevus"],
      ],
      [["dataset._accessLevel", "==", 0]],
      [["notes.tags", "ni", "ISBI 2017: Training"]],
      [["meta.unstructured.biopsy done", "==", "Y"]],
      [["meta.clinical.melanocytic", "is", true]],
    ] as const;
    let selection: readonly Detail[] = records;
    const counts = steps.map((criteria) => {
      selection = selectFrom(selection, criteria as never) as readonly Detail[];
      return selection.length;
    });
    expect(counts).toEqual([16, 16, 11, 7, 5]);
    expect(selection.map((record) => record.meta.clinical.diagnosis)).toEqual(Array(5).fill("melanoma"));
  });

  test("ids, names and times go up together; the public study has a hundred images", async () => {
    const sorted = [...records].sort((a, b) => (a._id < b._id ? -1 : 1));
    expect(sorted.map((record) => record.name)).toEqual(records.map((record) => record.name));
    const [study] = await kit.json(kit.v1("study?detail=true"));
    expect([study.name, study.images.length]).toEqual(["ISBI 2016: 100 Lesion Classification", 100]);
  });

  test("distributions are like the archive's: mostly nevi, all datasets, missing and null fields", () => {
    const share = (test: (clinical: Record<string, unknown>) => boolean) =>
      records.filter(({ meta }) => test(meta.clinical)).length / records.length;
    expect(share((c) => c.diagnosis === "nevus")).toBeGreaterThan(0.45);
    expect(share((c) => c.diagnosis === "melanoma")).toBeGreaterThan(0.08);
    expect(share((c) => !("anatom_site_general" in c))).toBeGreaterThan(0.15);
    expect(share((c) => c.anatom_site_general === null)).toBeGreaterThan(0.03);
    expect(kit.archive.datasets).toHaveLength(9);
  });

  test("the same seed gives the same archive, another one another", async () => {
    const text = async (seed: string) => (await new Kit({ images: 12, seed }).v1("image?detail=true&limit=0")).text();
    expect(await text("a")).toBe(await text("a"));
    expect(await text("a")).not.toBe(await text("b"));
    const photo = async (size: number) => {
      const other = new Kit({ images: size });
      return new Uint8Array(await (await other.v1(`image/${other.archive.images[5]!.id}/download`)).arrayBuffer());
    };
    expect(await photo(20)).toEqual(await photo(40));
  });

  test("names are hidden behind four letters of the login's hash", async () => {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (const { login, code } of people) {
      const [a, b, c] = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(login)));
      const bits = (a! << 16) | (b! << 8) | c!;
      expect([19, 14, 9, 4].map((shift) => letters[(bits >> shift) & 31]).join("")).toBe(code);
    }
  });

  test("superpixels: about a thousand, contiguous, in raster order, each in one piece, none tiny", async () => {
    const answer = await kit.v1(`image/${records[0]!._id}/superpixels`);
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="ISIC_0000000_superpixels_v3.0.png"');
    const map = await readSuperpixelPng(new Uint8Array(await answer.arrayBuffer()));
    expect([map.width, map.height]).toEqual([1022, 767]);
    expect(map.count).toBeGreaterThan(900);
    expect(map.count).toBeLessThan(1050);
    expectArchiveLabels(map);
  });

  test.each(["nevus", "melanoma", "keratosis", "carcinoma", "vascular", "lentigo"] as const)(
    "a drawn %s is darker than its skin and has one outline without holes",
    (kind) => {
      const { width, height, data, mask } = draw({ seed: kind, width: 240, height: 180, kind, clinical: false });
      const means = [0, 255].map((side) => {
        let sum = 0;
        let count = 0;
        for (let i = 0; i < mask.length; i++) {
          // the dark frame is not skin
          if (mask[i] !== side || data[4 * i]! < 40) continue;
          sum += data[4 * i + 1]!;
          count++;
        }
        return sum / count;
      });
      expect(means[1]!).toBeLessThan(means[0]! - 15);
      expect(pieces(mask, width, height, 255)).toBe(1);
      expect(mask.filter((value) => value === 255).length / mask.length).toBeGreaterThan(0.05);
    },
  );
});

function expectArchiveLabels(map: { width: number; height: number; data: Int32Array; count: number }): void {
  const { width, height, data, count } = map;
  const sizes = new Uint32Array(count);
  let next = 0;
  for (const label of data) {
    if (label > next) throw new Error(`label ${label} comes before ${next}`);
    if (label === next) next++;
    sizes[label]!++;
  }
  expect(next).toBe(count);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(Math.max(1, Math.floor((0.45 * width * height) / 1036)));
  expect(pieces(data, width, height)).toBe(count);
}

/** Number of 4-connected regions of equal values (or of one value only). */
function pieces(data: ArrayLike<number>, width: number, height: number, only?: number): number {
  const seen = new Uint8Array(width * height);
  let count = 0;
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1 || (only !== undefined && data[start] !== only)) continue;
    count++;
    const stack = [start];
    seen[start] = 1;
    while (stack.length > 0) {
      const at = stack.pop()!;
      const x = at % width;
      for (const to of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (to < 0 || to >= seen.length || seen[to] === 1 || data[to] !== data[at]) continue;
        seen[to] = 1;
        stack.push(to);
      }
    }
  }
  return count;
}
