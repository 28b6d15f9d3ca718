// The page in Chromium, as every other bundler builds it, and without one.
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, inject, test } from "vitest";
import { createSite, NO_BUNDLER, PARCEL, ROLLUP, VITE_7, WEBPACK } from "../src/pages/bundlers.ts";
import { type Expected, expectWalk, inNode } from "../src/pages/expected.ts";
import { openBrowser, visit } from "../src/pages/visit.ts";

const run = promisify(execFile);
const consumer = inject("consumer");
const OTHERS = [VITE_7, WEBPACK, ROLLUP, PARCEL, NO_BUNDLER];
let browser: Browser;
let expected: Expected;
let tools: string;

beforeAll(async () => {
  [browser, expected] = await Promise.all([openBrowser(), inNode(consumer)]);
  tools = join(consumer, "..", "tools");
  await mkdir(tools, { recursive: true });
  await writeFile(join(tools, "package.json"), '{ "name": "tools", "private": true, "type": "module" }\n');
  await writeFile(join(tools, "pnpm-workspace.yaml"), "packages: []\n");
  const packages = OTHERS.flatMap((each) => each.packages);
  await run("pnpm", ["add", "--prefer-offline", "--ignore-scripts", "--save-exact", ...packages], { cwd: tools });
});
afterAll(() => browser.close());

describe("a page built by", () => {
  test.each(OTHERS)("$name", async ({ name, build }) => {
    const site = await createSite(consumer, tools, name);
    await build(site);
    expectWalk(name, await visit(browser, site.out), expected);
  });
});
