// The page in Chromium, as two bundlers build it; the others: pages.slow.node.test.ts. And a service worker.
import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { buildServiceWorker, createSite, ESBUILD, VITE_8 } from "../src/pages/bundlers.ts";
import { type Expected, expectWalk, inNode } from "../src/pages/expected.ts";
import { askServiceWorker, openBrowser, visit } from "../src/pages/visit.ts";

const consumer = inject("consumer");
let browser: Browser;
let expected: Expected;

beforeAll(async () => {
  [browser, expected] = await Promise.all([openBrowser(), inNode(consumer)]);
});
afterAll(() => browser.close());

describe("a page built by", () => {
  test.each([VITE_8, ESBUILD])("$name", async ({ name, build }) => {
    const site = await createSite(consumer, consumer, name);
    await build(site);
    expectWalk(name, await visit(browser, site.out), expected);
  });
});

describe("isic/browser in a service worker", () => {
  test("in one file: superpixels on the worker's own thread, which is said", async () => {
    const site = await createSite(consumer, consumer, "service worker");
    await buildServiceWorker(site, { split: false });
    const answer = await askServiceWorker(browser, site.out);
    expect(answer).toMatchObject({ warnings: 1 });
    expect((answer as { count: number }).count).toBeGreaterThan(10);
  });

  test("in chunks, which cannot be loaded there: it says how to build it", async () => {
    const site = await createSite(consumer, consumer, "service worker in chunks");
    await buildServiceWorker(site, { split: true });
    const answer = await askServiceWorker(browser, site.out);
    expect((answer as { error: string }).error).toMatch(/service worker .* one file/);
  });
});
