import { createSampleArchive } from "@isic/sample-archive";
import { describe, expect, test } from "vitest";
import { isIsicError } from "../src/errors.ts";
import { platformApi } from "./support/api.ts";

const archive = createSampleArchive({ images: 240, smallPhotos: true });
let requests: string[] = [];

const connect = () =>
  platformApi({
    baseUrl: archive.v2Url,
    cache: new Map(),
    onWarning: () => {},
    fetch: (request) => {
      requests.push(decodeURIComponent(request.url.replace(archive.origin, "").replaceAll("+", " ")));
      return archive.fetch(request);
    },
  });

describe("a selection on v2 without an index", () => {
  test("lets the server search, and finds what a walk over everything finds", async () => {
    requests = [];
    const criteria = [
      ["meta.clinical.sex", "==", "female"],
      ["meta.acquisition.pixelsX", ">", 0],
      ["metadata.clinical.age_approx", ">=", 50],
    ] as const;
    const found = await (await connect()).selectImages(criteria);
    expect(requests[0]).toContain('query=sex:"female" AND age_approx:[50 TO *]');
    expect(requests.length).toBeLessThanOrEqual(1 + found.size / 100);

    const whole = await connect();
    await whole.cacheImages();
    requests = [];
    expect([...(await whole.selectImages(criteria)).keys()]).toEqual([...found.keys()]);
    expect(requests).toEqual([]);
  });

  test("walks over everything where the server has no words for it", async () => {
    requests = [];
    const found = await (await connect()).selectImages(["metadata.acquisition.pixels_x", ">", 0]);
    expect(found.size).toBe(await (await connect()).allImages().then((all) => all.size));
    expect(requests[0]).not.toContain("query=");
  });

  test("asks for nothing when the criteria mean nothing", async () => {
    requests = [];
    const wrong = ["metadata.clinical.sex", "=", "female"] as unknown as ["metadata.clinical.sex", "==", "female"];
    const error = await (await connect()).selectImages(wrong).catch((e: unknown) => e);
    expect(isIsicError(error, "CriteriaError")).toBe(true);
    expect(requests).toEqual([]);
  });
});
