import { createSampleArchive } from "@isic/sample-archive";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RecentIds } from "../src/lists/seen-ids.ts";
import type { Warning } from "../src/transport/options.ts";
import { createV1Client } from "../src/v1/index.ts";
import { createV2Client } from "../src/v2/index.ts";
import { imageRecord, page, QUICK, routes, SERVER } from "./support/handlers.ts";

const LIST = "/api/v2/images/";

/** A server whose pages are told by `at`. */
function paged(pages: readonly { readonly from: number; readonly to: number; readonly next: string | null }[]) {
  return routes({
    [LIST]: (_request: Request, url: URL) => {
      const { from, to, next } = pages[Number(url.searchParams.get("at") ?? 0)] ?? { from: 0, to: 0, next: null };
      const results = Array.from({ length: to - from }, (_, index) => imageRecord(from + index));
      return Response.json({ results, count: null, next, previous: null });
    },
  });
}

const at = (page: number) => `${SERVER}${LIST}?at=${page}`;

describe("a walk over v2", () => {
  test("that comes back to the same page is an error, not a loop", async () => {
    const fetch = paged([
      { from: 0, to: 100, next: at(1) },
      { from: 0, to: 100, next: at(1) },
    ]);
    const list = createV2Client({ baseUrl: SERVER, fetch }).images.list();
    await expect(list.all()).rejects.toMatchObject({ tag: "PagingError", problem: "repeats" });
    // And one for the ZIP listing, which this server does not have.
    expect(fetch.requests.map(({ method }) => method)).toEqual(["GET", "GET", "POST"]);
  });

  test("that brings nothing new page after page is an error", async () => {
    const pages = Array.from({ length: 50 }, (_, page) => ({ from: 0, to: 100, next: at(page + 1) }));
    const fetch = paged(pages);
    await expect(createV2Client({ baseUrl: SERVER, fetch }).images.list().all()).rejects.toMatchObject({
      tag: "PagingError",
    });
    expect(fetch.requests.length).toBeLessThan(7);
  });

  test.each(["https://evil.test/api/v2/images/?at=1", "/relative", "javascript:alert(1)"])(
    "does not follow %s",
    async (next) => {
      const fetch = paged([{ from: 0, to: 1, next }]);
      await expect(createV2Client({ baseUrl: SERVER, fetch }).images.list().all()).rejects.toMatchObject({
        tag: "PagingError",
      });
      expect(fetch.requests).toHaveLength(1);
    },
  );

  test("stops where the caller stops", async () => {
    const fetch = paged([
      { from: 0, to: 100, next: at(1) },
      { from: 100, to: 200, next: null },
    ]);
    for await (const _image of createV2Client({ baseUrl: SERVER, fetch }).images.list()) break;
    expect(fetch.requests).toHaveLength(1);
  });

  test("is one page ahead from the second page on, and lets go of that when it is left", async () => {
    const numbers = Array.from({ length: 9 }, (_, page) => page);
    const fetch = paged(numbers.map((page) => ({ from: page * 2, to: page * 2 + 2, next: at(page + 1) })));
    const hanging = (request: Request) => {
      const answer = fetch(request);
      return request.url === at(5) ? new Promise<never>(() => undefined) : answer;
    };
    const list = createV2Client({ baseUrl: SERVER, fetch: hanging }).images.list();
    const asked: number[] = [];
    for await (const image of list) {
      asked.push(fetch.requests.length);
      if (image.isic_id === "ISIC_0000009") break;
    }
    expect(asked).toEqual([1, 1, 3, 3, 4, 4, 5, 5, 6, 6]);
    expect(fetch.requests.at(-1)?.url).toBe(at(5));
    expect(fetch.requests.at(-1)?.signal.aborted).toBe(true);
    expect(new URL(list.position?.page ?? "").searchParams.get("at")).toBe("4");
  });

  test("meets the error of the page ahead when it gets there, after all that came before", async () => {
    const whole = paged([0, 1, 2].map((page) => ({ from: page, to: page + 1, next: at(page + 1) })));
    const fetch = async (request: Request) => (request.url === at(2) ? page(404, "Not Found") : whole(request));
    const seen: string[] = [];
    const walk = async () => {
      for await (const { isic_id } of createV2Client({ baseUrl: SERVER, fetch }).images.list()) {
        seen.push(isic_id);
        await new Promise((resolve) => setTimeout(resolve, 5)); // time for a rejection that nobody handles
      }
    };
    await expect(walk()).rejects.toMatchObject({ tag: "HttpNotFoundError" });
    expect(seen).toEqual(["ISIC_0000000", "ISIC_0000001"]);
  });

  test("ends with the caller's signal, whose reason is kept", async () => {
    const controller = new AbortController();
    const { images } = createV2Client({
      baseUrl: SERVER,
      fetch: paged([0, 1, 2].map((page) => ({ from: page, to: page + 1, next: at(page + 1) }))),
    });
    const walk = async () => {
      for await (const _image of images.list({ signal: controller.signal })) controller.abort("enough");
    };
    await expect(walk()).rejects.toMatchObject({ tag: "AbortError", cause: "enough" });
  });

  test("reports its progress and the count of the first page", async () => {
    const archive = createSampleArchive({ images: 230 });
    const seen: unknown[] = [];
    const { images } = createV2Client({ baseUrl: archive.v2Url, fetch: archive.fetch });
    const all = await images.list({ onProgress: (progress) => seen.push(progress) }).all();
    expect(seen).toHaveLength(3);
    expect(seen.at(-1)).toEqual({ done: all.length, total: all.length });
  });
});

describe("a saved position", () => {
  const archive = createSampleArchive({ images: 350 });
  const { images } = createV2Client({ baseUrl: archive.v2Url, fetch: archive.fetch, retry: QUICK });

  test("goes on after the last item, at every place of the list", async () => {
    const all = (await images.list().all()).map((image) => image.isic_id);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: all.length }), async (stop) => {
        const first = images.list();
        const before: string[] = [];
        for await (const image of first) {
          before.push(image.isic_id);
          if (before.length === stop) break;
        }
        const saved = JSON.parse(JSON.stringify(first.position));
        const after = (await images.list({ from: saved }).all()).map((image) => image.isic_id);
        expect([...before, ...after]).toEqual(all);
      }),
      { numRuns: 12 },
    );
  });

  test("of a finished walk finds exactly what has been published since", async () => {
    const list = images.list();
    await list.all();
    const published = archive.grow(130).map((image) => image.name);
    const news = (await images.list({ from: list.position }).all()).map((image) => image.isic_id);
    expect([...news].sort()).toEqual([...published].sort());
  });

  test("of another list or server is refused", async () => {
    const wrong = { page: "https://evil.test/api/v2/images/", seen: [] };
    await expect(images.list({ from: wrong }).all()).rejects.toThrow(TypeError);
    const other = images.search({ query: "sex:male" });
    for await (const _image of other) break;
    await expect(images.list({ from: other.position }).all()).rejects.toThrow(TypeError);
  });

  test("works for searches in several parts", async () => {
    const ids = (await images.list().all()).map((image) => image.isic_id);
    const whole = (await images.search({ ids }).all()).map((image) => image.isic_id);
    expect([...whole].sort()).toEqual([...ids].sort());
    const first = images.search({ ids });
    const before: string[] = [];
    for await (const image of first) {
      before.push(image.isic_id);
      if (before.length === 300) break;
    }
    const after = await images.search({ ids }, { from: first.position }).all();
    expect([...before, ...after.map((image) => image.isic_id)]).toEqual(whole);
  });
});

test("growth during a walk neither repeats nor loses anything", async () => {
  const archive = createSampleArchive({ images: 250, quirks: { growth: 7 } });
  const { images } = createV2Client({ baseUrl: archive.v2Url, fetch: archive.fetch });
  const ids = (await images.list().all()).map((image) => image.isic_id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(250);
});

describe("a walk over a Girder server", () => {
  const ID = (number: number) => number.toString(16).padStart(24, "0");
  const row = (number: number) => ({ _id: ID(number), name: `ISIC_${String(number).padStart(7, "0")}`, updated: "" });

  function girder(rows: () => readonly number[]) {
    return routes({
      "/api/v1/image": (_request: Request, url: URL) => {
        const offset = Number(url.searchParams.get("offset"));
        const limit = Number(url.searchParams.get("limit"));
        return Response.json(
          rows()
            .slice(offset, limit === 0 ? undefined : offset + limit)
            .map(row),
        );
      },
    });
  }

  test("notices rows that moved, says so, and loses none that stayed", async () => {
    const all = Array.from({ length: 50 }, (_, index) => index);
    let asked = 0;
    // After the second page three early rows are deleted: everything moves forward.
    const fetch = girder(() => (asked++ < 2 ? all : all.slice(3)));
    const warnings: Warning[] = [];
    const { images } = createV1Client({
      baseUrl: "https://girder.test/api/v1",
      fetch,
      onWarning: (w) => warnings.push(w),
    });
    const got = (await images.list({ detail: false, pageSize: 10 }).all()).map((image) =>
      Number.parseInt(image._id, 16),
    );
    expect(got).toEqual(all);
    expect(warnings).toMatchObject([{ type: "paging" }]);
  });

  test("goes on from every position, and finds what was appended", async () => {
    const all = Array.from({ length: 33 }, (_, index) => index);
    const grown = [...all, 33, 34, 35];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 33 }), fc.integer({ min: 2, max: 40 }), async (stop, pageSize) => {
        let rows = all;
        const { images } = createV1Client({ baseUrl: "https://girder.test/api/v1", fetch: girder(() => rows) });
        const list = images.list({ detail: false, pageSize });
        const before: string[] = [];
        for await (const image of list) {
          before.push(image._id);
          if (before.length === stop) break;
        }
        rows = grown;
        const from = JSON.parse(JSON.stringify(list.position));
        const after = (await images.list({ detail: false, pageSize, from }).all()).map((image) => image._id);
        expect([...before, ...after]).toEqual(grown.map(ID));
      }),
      { numRuns: 40 },
    );
  });
});

test("recent ids are remembered, old ones forgotten", () => {
  const recent = new RecentIds(3, ["a"]);
  expect(["a", "b", "c", "b", "d", "a"].map((id) => recent.isNew(id))).toEqual([false, true, true, false, true, false]);
  for (let number = 0; number < 10; number += 1) recent.isNew(`x${number}`);
  expect(recent.isNew("a")).toBe(true);
});
