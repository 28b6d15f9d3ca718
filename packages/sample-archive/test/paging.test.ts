import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Page, paginate } from "../src/v2/paging.ts";
import { cursorTime } from "../src/world/time.ts";

const BASE = "https://archive.sample.invalid/api/v2/images/";

/** Rows with a publish time each; as many rows as the group sizes say share one. */
function rows(groups: readonly number[]): readonly { readonly id: number; readonly at: number }[] {
  return groups.flatMap((size, i) => Array.from({ length: size }, () => i)).map((at, id) => ({ id, at }));
}

function ask(items: ReturnType<typeof rows>, url: string): Page<{ readonly id: number }> {
  return paginate(new URL(url), {
    items,
    key: (row) => cursorTime(1_577_836_800_000 + row.at * 1000),
    compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
    count: items.length,
  });
}

/** Follows `next` to the end, or for `most` pages. */
function walk(items: ReturnType<typeof rows>, query: string, most = 1000): { ids: number[]; pages: number } {
  const ids: number[] = [];
  let pages = 0;
  for (let url: string | null = BASE + query; url !== null && pages < most; pages++) {
    const page = ask(items, url);
    ids.push(...page.results.map((row) => row.id));
    url = page.next;
  }
  return { ids, pages };
}

describe("v2 cursors", () => {
  // counted on the real server
  test.each([
    [100, 256],
    [50, 251],
    [10, 214],
    [1, 86],
  ])("256 rows in ties of three, limit %i: %i delivered", (limit, delivered) => {
    const items = rows([...Array<number>(85).fill(3), 1]);
    expect(new Set(walk(items, `?limit=${limit}`).ids).size).toBe(delivered);
  });

  test("between 100 and 200 ties some rows come twice: 320 rows for 250", () => {
    const items = rows([...Array<number>(30).fill(1), 200, ...Array<number>(20).fill(1)]);
    const { ids } = walk(items, "");
    expect(ids).toHaveLength(320);
    expect(new Set(ids).size).toBe(250);
  });

  test("more than 200 ties walk in a circle", () => {
    expect(walk(rows([250]), "", 50).pages).toBe(50);
  });

  test("0 means 100, more than 100 is 100, less than 0 is an empty page with a next one", () => {
    const items = rows(Array<number>(150).fill(1));
    for (const query of ["", "?limit=0", "?limit=100", "?limit=101", "?limit=5000"]) {
      expect(ask(items, BASE + query).results).toHaveLength(100);
    }
    const negative = ask(items, `${BASE}?limit=-5`);
    expect([negative.results, negative.count]).toEqual([[], 150]);
    expect(negative.next).toMatch(/cursor=.*&limit=-5$/);
  });

  test("the count is on the first page only; next repeats all parameters, sorted", () => {
    const items = rows(Array<number>(150).fill(1));
    const first = ask(items, `${BASE}?query=sex:male&limit=100&collections=1`);
    expect(first.count).toBe(150);
    expect(first.next).toMatch(/\?collections=1&cursor=[^&]+&limit=100&query=sex%3Amale$/);
    expect(ask(items, first.next!).count).toBeNull();
  });

  test("a cursor is a query string in base64", () => {
    const items = rows(Array<number>(150).fill(1));
    const cursor = new URL(ask(items, `${BASE}?limit=2`).next!).searchParams.get("cursor")!;
    expect(atob(cursor)).toBe("p=2020-01-01+00%3A00%3A01%2B00%3A00");
  });

  test("without ties every row comes once, with any page of 100", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 450 }), (size) => {
        const { ids } = walk(rows(Array<number>(size).fill(1)), "");
        expect(ids).toEqual(Array.from({ length: size }, (_, i) => i));
      }),
      { numRuns: 30 },
    );
  });

  test("ties of up to a hundred lose nothing at limit 100", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 8 }), (groups) => {
        const items = rows(groups);
        expect(new Set(walk(items, "").ids).size).toBe(items.length);
      }),
      { numRuns: 50 },
    );
  });

  test("previous leads back to the first page", () => {
    const items = rows(Array<number>(250).fill(1));
    const first = ask(items, BASE);
    const second = ask(items, first.next!);
    const back = ask(items, second.previous!);
    expect(back.results).toEqual(first.results);
    expect(back.previous).toBeNull();
    expect(ask(items, back.next!).results).toEqual(second.results);
  });

  test("the last page's address gives that page and what came since", () => {
    const before = rows(Array<number>(130).fill(1));
    const last = ask(before, BASE).next!;
    expect(ask(before, last).results).toHaveLength(30);
    expect(ask(rows(Array<number>(140).fill(1)), last).results).toHaveLength(40);
  });
});
