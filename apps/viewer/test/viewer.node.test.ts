import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSampleArchive } from "@isic/sample-archive";
import { serve } from "@isic/sample-archive/node";
import { type Browser, chromium, type Page } from "playwright";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBrowser } from "../../../scripts/browsers.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const shots = join(root, ".report");
const axe = fileURLToPath(import.meta.resolve("axe-core/axe.min.js"));

let server: ViteDevServer;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  server = await createServer({
    root,
    configFile: join(root, "vite.config.ts"),
    server: { port: 0 },
    logLevel: "error",
  });
  await server.listen();
  browser = await chromium.launch({ executablePath: ensureBrowser("chromium", console.log), args: ["--no-sandbox"] });
  page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
  page.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning") complaints.push(line.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await mkdir(shots, { recursive: true });
  await page.goto(server.resolvedUrls?.local[0] ?? "");
  await pictureReady("ISIC_0000000");
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const pointed = () => page.locator("#pointed");
const outlines = () => page.getByRole("checkbox", { name: "Outlines" });
const list = () => page.getByRole("listbox", { name: "Images" });

function pictureReady(name: string): Promise<void> {
  return pointed()
    .filter({ hasText: new RegExp(`^${name}: \\d+ x \\d+ pixels`) })
    .waitFor({ timeout: 60_000 });
}

/** The colour of a pixel of the picture, as it is shown; read from a copy, so that the page's own canvas stays on its fast path. */
function pixelAt(x: number, y: number): Promise<number[]> {
  return page.locator("#canvas").evaluate(
    (canvas, at) => {
      const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
      copy?.drawImage(canvas as HTMLCanvasElement, -at.x, -at.y);
      return [...(copy?.getImageData(0, 0, 1, 1).data ?? [])];
    },
    { x, y },
  );
}

describe("the viewer, on the sample archive (v1)", () => {
  test("shows the photo and the archive's superpixels of the first image", async () => {
    expect(await pointed().textContent()).toMatch(/1022 x 767 pixels, \d+ superpixels from the archive/);
    expect(await list().getByRole("option").count()).toBeGreaterThan(250);
    await page.screenshot({ path: join(shots, "viewer-photo.png") });
  });

  test("names the superpixel under the pointer and lights it up", async () => {
    await outlines().uncheck();
    const before = await pixelAt(511, 383);
    const box = await page.locator("#canvas").boundingBox();
    if (box === null) throw new Error("the canvas is not on the page");
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    expect(await pointed().textContent()).toMatch(/^Superpixel \d+: \d+ pixels around \(\d+, \d+\)$/);
    const lit = await pixelAt(511, 383);
    expect(lit.slice(0, 3)).toEqual(before.slice(0, 3).map((value) => (value + 255) >> 1));
    await outlines().check();
  });

  test("a click paints, a second click takes the paint off", async () => {
    const box = await page.locator("#canvas").boundingBox();
    if (box === null) throw new Error("the canvas is not on the page");
    const [x, y] = [box.x + box.width / 3, box.y + box.height / 3];
    const place = [Math.floor(1022 / 3), Math.floor(767 / 3)] as const;
    await outlines().uncheck();
    await page.mouse.click(x, y);
    const [red = 0, green = 255] = await pixelAt(...place);
    expect(red).toBeGreaterThan(green + 60);
    await outlines().check();
    await page.screenshot({ path: join(shots, "viewer-painted.png") });
    await outlines().uncheck();
    await page.mouse.click(x, y);
    const [redAfter = 0, greenAfter = 0] = await pixelAt(...place);
    expect(redAfter - greenAfter).toBeLessThan(red - green);
    await outlines().check();
  });

  test("works by keyboard alone: choose an image, walk over its superpixels, paint one", async () => {
    await list().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const name = (await list().getByRole("option", { selected: true }).textContent())?.slice(0, 12) ?? "";
    expect(name).not.toBe("ISIC_0000000");
    await pictureReady(name);
    for (let i = 0; i < 8 && !(await focusIsOnPicture()); i++) await page.keyboard.press("Tab");
    expect(await focusIsOnPicture()).toBe(true);
    await page.keyboard.press("ArrowRight");
    const first = await pointed().textContent();
    await page.keyboard.press("ArrowDown");
    const second = await pointed().textContent();
    expect(first).toMatch(/^Superpixel \d+/);
    expect(second).not.toBe(first);
    await page.keyboard.press("Enter");
    expect(await pointed().textContent()).toMatch(/, painted$/);
    await page.screenshot({ path: join(shots, "viewer-keyboard.png") });
  });

  test("narrows the list by the form", async () => {
    const all = await list().getByRole("option").count();
    await page.getByLabel("Sex").selectOption("female");
    await expect.poll(() => page.locator("#count").textContent()).toMatch(new RegExp(`^\\d+ of ${all} images$`));
    const some = await list().getByRole("option").count();
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(all);
    await page.getByLabel("Sex").selectOption("");
  });

  test("saves the picture as a PNG", async () => {
    await pictureReady("ISIC_0000000");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as PNG" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("ISIC_0000000_painted.png");
  });

  test("every control has a name, and axe finds nothing", async () => {
    await page.addScriptTag({ path: axe });
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; help: string }[] }> };
      };
      return (await axe.run()).violations.map(({ id, help }) => `${id}: ${help}`);
    });
    expect(violations).toEqual([]);
    expect(await page.locator("body").ariaSnapshot()).toContain('application "Superpixels"');
  });
});

test("is cross-origin isolated, so that one photo can use all processors", async () => {
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test("computes the superpixels on v2, which serves none, and never stands still meanwhile", async () => {
  await page.evaluate(() => {
    const gaps = { last: performance.now(), longest: 0 };
    Object.assign(globalThis, { gaps });
    setInterval(() => {
      gaps.longest = Math.max(gaps.longest, performance.now() - gaps.last);
      gaps.last = performance.now();
    }, 20);
  });
  const started = Date.now();
  await page.getByLabel("Archive", { exact: true }).selectOption("sample-v2");
  await page.getByRole("button", { name: "Connect" }).click();
  await expect
    .poll(() => pointed().textContent(), { timeout: 60_000 })
    .toMatch(/1022 x 767 pixels, \d+ superpixels computed here/);
  expect(page.workers().length).toBeGreaterThan(0);
  // Drawing the archive's photo holds the page up once; on its own thread the computation would for most of the time.
  const longest = await page.evaluate(() => (globalThis as unknown as { gaps: { longest: number } }).gaps.longest);
  expect(longest).toBeLessThan(Math.max(1000, (Date.now() - started) / 2));
});

test("shows pictures of an archive on another origin all the same", async () => {
  const running = await serve(createSampleArchive({ images: 12, smallPhotos: true }));
  try {
    await page.getByLabel("Archive", { exact: true }).selectOption("url");
    await page.getByLabel("Address").fill(`${running.url}/api/v2/`);
    await page.getByRole("button", { name: "Connect" }).click();
    await expect
      .poll(() => pointed().textContent(), { timeout: 60_000 })
      .toMatch(/^ISIC_\d+: \d+ x \d+ pixels, \d+ superpixels computed here/);
    expect(new URL(running.fileUrl).origin).not.toBe(new URL(page.url()).origin);
  } finally {
    await running.close();
  }
});

test("says in one sentence that nobody answers at an address", async () => {
  const before = complaints.length;
  await page.getByLabel("Archive", { exact: true }).selectOption("url");
  await page.getByLabel("Address").fill("http://127.0.0.1:9/api/v1");
  await page.getByRole("button", { name: "Connect" }).click();
  await expect.poll(() => page.getByRole("alert").textContent(), { timeout: 60_000 }).toMatch(/127\.0\.0\.1:9/);
  // The browser itself reports a refused connection on the console; that is not the page's doing.
  complaints.splice(before);
});

test("left no error or warning on the console", () => {
  expect(complaints).toEqual([]);
});

function focusIsOnPicture(): Promise<boolean> {
  return page.evaluate(() => document.activeElement?.id === "picture");
}
