import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createV2Client } from "@isic/api-client/v2";
import { expect, test } from "vitest";
import { MAX_PIXELS } from "../../src/codecs/types.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");
const PAGE = readFileSync(resolve(ROOT, "SECURITY.md"), "utf8");

test("every promise of SECURITY.md names tests that exist", () => {
  const named = [...PAGE.matchAll(/`(packages\/[^`]+)`/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(resolve(ROOT, path)))).toEqual([]);
  const [, promises = ""] = PAGE.split("## What is promised");
  const rows = promises
    .split("## Bounds")[0]!
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);
  expect(rows.filter((row) => !/`packages\/[^`]+\.test\.ts`/.test(row))).toEqual([]);
});

test("the bounds that it states are those of the code", () => {
  const { limits } = createV2Client().api;
  for (const [name, value] of Object.entries(limits)) {
    const row = PAGE.split("\n").find((line) => line.includes(`\`limits.${name}\``));
    expect(row, name).toContain(`| ${value.toLocaleString("en-US")} `);
  }
  expect(PAGE).toContain(`${MAX_PIXELS.toLocaleString("en-US")} pixels`);
});
