import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createV2Client } from "../src/v2/index.ts";
import { routes, SERVER } from "./support/handlers.ts";

const PATH = "/api/v2/images/search/";
const EMPTY = { results: [], count: 0, next: null, previous: null };

function searched() {
  const fetch = routes({ [PATH]: EMPTY });
  const { images } = createV2Client({ baseUrl: SERVER, fetch });
  const queries = () => fetch.requests.map((request) => new URL(request.url).searchParams.get("query"));
  return { images, fetch, queries };
}

describe("a query", () => {
  test.each(['anatom_site_2:"a & b"', "x#y", "1+1", "100%", "é", "a=b&limit=1", "日本"])(
    "%j arrives as it is",
    async (query) => {
      const { images, fetch, queries } = searched();
      await images.search({ query }).all();
      expect(queries()).toEqual([query]);
      expect([...new URL(fetch.requests[0]?.url ?? "").searchParams.keys()]).toEqual(["query"]);
      expect(fetch.requests[0]?.url).not.toContain("+");
    },
  );

  test("of any text arrives as it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), async (text) => {
        const { images, queries } = searched();
        await images.search({ query: text }).all();
        expect(queries()).toEqual([text.trim() === "" ? null : text.trim()]);
      }),
      { numRuns: 60 },
    );
  });

  test("may be limited to collections; none of them finds nothing", async () => {
    const { images, fetch } = searched();
    await images.search({ query: "sex:male", collections: [1, 22] }).all();
    expect(new URL(fetch.requests[0]?.url ?? "").searchParams.get("collections")).toBe("1,22");
    expect(await images.search({ collections: [] }).all()).toEqual([]);
    expect(fetch.requests).toHaveLength(1);
    expect(() => images.search({ collections: [1.5] })).toThrow(TypeError);
  });

  test("too long for the server is split by its ids, each once, none lost", async () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `ISIC_${String(index).padStart(7, "0")}`);
    for (const search of [{ ids: [...ids, ...ids] }, { query: ids.map((id) => `isic_id:${id}`).join(" OR ") }]) {
      const { images, fetch, queries } = searched();
      await images.search(search).all();
      expect(queries().flatMap((query) => query?.match(/ISIC_\d{7}/g) ?? [])).toEqual(ids);
      expect(fetch.requests).toHaveLength(10);
      for (const request of fetch.requests) expect(request.url.length).toBeLessThan(8000);
    }
  });

  test("too long without ids is refused, not cut", () => {
    const query = Array.from({ length: 500 }, () => 'diagnosis_3:"Melanoma Invasive"').join(" OR ");
    expect(() => searched().images.search({ query })).toThrow(RangeError);
  });

  test("goes along with ids; without alternatives beside each of them, else as a group", async () => {
    const { images, queries } = searched();
    const ids = ["ISIC_0000001", "ISIC_0000002"];
    await images.search({ query: "sex:male age_approx:50", ids }).all();
    await images.search({ query: "sex:male OR sex:female", ids }).all();
    await images.search({ query: 'diagnosis_2:"a OR (b"', ids }).all();
    expect(queries()).toEqual([
      "isic_id:ISIC_0000001 AND sex:male age_approx:50 OR isic_id:ISIC_0000002 AND sex:male age_approx:50",
      "(sex:male OR sex:female) AND (isic_id:ISIC_0000001 OR isic_id:ISIC_0000002)",
      'isic_id:ISIC_0000001 AND diagnosis_2:"a OR (b" OR isic_id:ISIC_0000002 AND diagnosis_2:"a OR (b"',
    ]);
    expect(() => images.search({ ids: ["ISIC_1 OR sex:male"] })).toThrow(TypeError);
  });

  test("of no ids at all finds nothing, and asks nothing", async () => {
    const { images, fetch } = searched();
    expect(await images.search({ ids: [] }).all()).toEqual([]);
    expect(fetch.requests).toHaveLength(0);
  });
});
