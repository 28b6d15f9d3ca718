/** What the Python client made of the golden inputs: `fixtures/golden/study/client.py`. */
import { goldenJson } from "@isic/fixtures";
import { beforeAll, describe, expect, test } from "vitest";
import type { AnnotationFilter } from "../../src/studies/filter.ts";
import { type GoldenWorld, goldenWorld } from "./golden-study.ts";

interface Selection {
  readonly study: string;
  readonly arguments: {
    readonly annotation_state?: string | string[];
    readonly annotation_status?: string | string[];
    readonly features?: string | string[];
    readonly images?: string | string[];
    readonly users?: string | string[];
    readonly user_completion?: number;
    readonly superpixels?: number | number[];
  };
  readonly chosen: readonly string[];
  readonly marks: string;
}

interface Info {
  readonly _id: string;
  readonly name: string;
  readonly image: { height: number; width: number; num_pixels: number; RGB_average: [number, number, number] };
  readonly segmentation: { pixels_in_mask: number; osvgp_mask: string; osvgp_hole: string };
  readonly superpixels: {
    readonly number: number;
    readonly numpix: string;
    readonly centers: string;
    readonly sp_in_mask: string;
    readonly cjson: string;
    readonly osvgp: string;
  };
}

interface Golden {
  readonly selectAnnotations: readonly Selection[];
  readonly metaInfo: readonly Info[];
  readonly markSuperpixels: readonly { image: string; color: [number, number, number]; data: string }[];
}

let golden: Golden;
let world: GoldenWorld;
beforeAll(async () => {
  golden = await goldenJson<Golden>("study/client.json");
  world = await goldenWorld();
});

async function sha256(data: ArrayBufferView<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function filterOf(given: Selection["arguments"]): AnnotationFilter {
  const { annotation_state, annotation_status, features, images, users, user_completion, superpixels } = given;
  const all = {
    states: annotation_state,
    statuses: annotation_status,
    features,
    images,
    users,
    userCompletion: user_completion,
    superpixels,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

describe("as the Python client has it", () => {
  test("selectAnnotations: the same annotations in the same order, and the same marks", async () => {
    const studies = new Map<string, Awaited<ReturnType<GoldenWorld["study"]>>>();
    let chosenSome = 0;
    for (const { study: name, arguments: given, chosen, marks } of golden.selectAnnotations) {
      const study = studies.get(name) ?? (await world.study(name));
      studies.set(name, study);
      const filter = filterOf(given);
      const found = study.selectAnnotations(filter);
      expect([given, found.map(({ id }) => id)]).toEqual([given, chosen]);
      if (chosen.length > 0 && chosen.length < study.annotations.length) chosenSome += 1;
      // The marks that are meant: of the features that are asked for, with any of the superpixels.
      const features = [filter.features ?? study.features.map(({ id }) => id)].flat();
      const superpixels = filter.superpixels === undefined ? undefined : new Set([filter.superpixels].flat());
      const meant = found.flatMap((annotation) =>
        [...annotation.features]
          .filter(([feature, { idx }]) => {
            const isIn = superpixels === undefined || idx.some((superpixel) => superpixels.has(superpixel));
            return features.includes(feature) && isIn;
          })
          .map(([feature]) => `${annotation.imageId}.${annotation.userId}.${feature}`),
      );
      expect(await sha256(meant.sort().join("\n"))).toBe(marks);
    }
    expect([golden.selectAnnotations.length, chosenSome > 50]).toEqual([122, true]);
  });

  test("metaInfo: the same numbers and outlines; means are not cut", async () => {
    for (const { name, _id, image, segmentation, superpixels } of golden.metaInfo) {
      const info = await (await world.image(name)).metaInfo();
      expect([info.id, info.name]).toEqual([_id, name]);
      const { rgbAverage, ...size } = info.image!;
      expect(size).toEqual({ height: image.height, width: image.width, numPixels: image.num_pixels });
      expect(rgbAverage.map(Math.trunc)).toEqual(image.RGB_average);
      const { pixelsInMask, osvgpMask, osvgpHole } = info.segmentation!;
      expect([pixelsInMask, osvgpMask, osvgpHole]).toEqual([
        segmentation.pixels_in_mask,
        segmentation.osvgp_mask,
        segmentation.osvgp_hole,
      ]);
      const own = info.superpixels!;
      expect({
        number: own.number,
        numpix: await sha256(Int32Array.from(own.numpix)),
        centers: await sha256(Int32Array.from(own.centers.flat())),
        sp_in_mask: await sha256(Float64Array.from(own.spInMask!)),
        cjson: await sha256(JSON.stringify(own.cjson)),
        osvgp: await sha256(own.osvgp.join("\n")),
      }).toEqual(superpixels);
    }
    expect(golden.metaInfo).toHaveLength(5);
  });

  test("markSuperpixels: every pixel", async () => {
    for (const { image: name, color, data } of golden.markSuperpixels) {
      const image = await world.image(name);
      image.markSuperpixels({ color });
      expect([name, await sha256(image.data!.data)]).toEqual([name, data]);
    }
    expect(golden.markSuperpixels).toHaveLength(12);
  });
});
