import { goldenJson, hasRealData, realJson, withoutRealData } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { type Criteria, createPredicate, getPath, selectFrom } from "../src/index.ts";

const compat = { compat: true };

describe("the original's selections over synthetic records", async () => {
  type Case = { criteria: Criteria; selected: number[] };
  const { records, cases } = await goldenJson<{ records: unknown[]; cases: Case[] }>("select_synthetic.json");
  test("all 751 cases", () => {
    expect(cases).toHaveLength(751);
    for (const { criteria, selected } of cases) {
      const selects = createPredicate(criteria, compat);
      const found = records.flatMap((record, i) => (selects(record) ? [i] : []));
      expect(found, JSON.stringify(criteria)).toEqual(selected);
    }
  });
});

describe.skipIf(!hasRealData)(
  `the original's selections over real records${hasRealData ? "" : ` (${withoutRealData})`}`,
  () => {
    test("all 59 criteria over 4 010 records", async () => {
      type Case = { criteria: Criteria; count: number; ids_sha256: string; first: string[]; last: string[] };
      const { cases } = await goldenJson<{ cases: Case[] }>("select.json");
      const records = await realJson<Record<string, unknown>>("imcache_000000000000000000000000.json.gz");
      expect([Object.keys(records).length, cases.length]).toEqual([4010, 59]);
      for (const { criteria, count, ids_sha256, first, last } of cases) {
        const ids = Object.keys(selectFrom(records, criteria, compat)).sort();
        const found = {
          count: ids.length,
          ids_sha256: await sha256(ids.join("\n")),
          first: ids.slice(0, 1),
          last: ids.slice(-1),
        };
        expect(found, JSON.stringify(criteria)).toEqual({ count, ids_sha256, first, last });
      }
    });
  },
);

describe("the original's paths", async () => {
  type Case = { name: string; default: unknown; value: unknown };
  type Golden = { obj: object; cases: Case[]; list_obj: unknown[]; list_cases: Case[] };
  const { obj, cases, list_obj, list_cases } = await goldenJson<Golden>("getxattr.json");
  // A JavaScript object moves the key "0" to the front, so these two give the same keys in another order.
  const orderDepends = new Map([
    ["a.%%", "0 b e z f num"],
    ["a.{keys}", "{'0', 'b', 'e', 'z', 'f', 'num'}"],
  ]);
  test("all 42 cases", () => {
    expect(cases.length + list_cases.length).toBe(42);
    for (const c of cases) {
      expect(getPath(obj, c.name, c.default), c.name).toEqual(orderDepends.get(c.name) ?? c.value);
    }
    for (const c of list_cases) expect(getPath(list_obj, c.name, c.default), c.name).toEqual(c.value);
  });
});

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
