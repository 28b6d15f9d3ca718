import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readManifest } from "isic/node";
import { afterEach, describe, expect, it } from "vitest";
import { type Box, startBox } from "./box.ts";
import { startFileServer } from "./file-server.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

const bin = fileURLToPath(new URL("../bin/isic.js", import.meta.url));
let box: Box | undefined;
afterEach(async () => {
  await box?.close();
  box = undefined;
});

describe("what takes its time", () => {
  it("a page in the place of an image never becomes a .jpg, whatever the headers say", async () => {
    await using folder = await temporaryFolder();
    box = await startBox(24);
    const server = box.url;
    box.instead = ({ url }) =>
      url.includes("ISIC_0000003") && !url.startsWith(`${server}/api/`)
        ? new Response("<!DOCTYPE html><html>sorry</html>", { headers: { "content-type": "image/jpeg" } })
        : undefined;
    const words = ["--ids", "ISIC_0000001,ISIC_0000003"];
    const { code, out } = await isic("image", "download", folder.path, "--server", server, ...words);
    expect(code).toBe(1);
    expect(out).toMatch(/^ISIC_0000003 +image +/m);
    expect((await readdir(folder.path)).filter((name) => name.endsWith(".jpg"))).toEqual(["ISIC_0000001.jpg"]);
    expect((await readdir(folder.path)).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("two processes on one target: one waits, both end well, and nothing is fetched twice", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "set");
    const server = await startFileServer({ images: 200, delay: 20 });
    try {
      const words = ["image", "download", target, "--server", server.url, "--concurrency", "4"];
      const [one, other] = await Promise.all([processOf(words), processOf(words)]);
      expect([one.code, other.code]).toEqual([0, 0]);
      expect(one.err + other.err).toMatch(/^note: process \d+ of .* is at work in .*set; waiting for it to end\.\n$/);
      const entries = await readManifest(target);
      expect(entries.every(({ state }) => state === "done")).toBe(true);
      expect(server.asked.length).toBe(entries.length);
      expect((await isic("image", "verify", target)).code).toBe(0);
    } finally {
      await server.close();
    }
  });
});

async function processOf(words: readonly string[]): Promise<{ code: number | null; err: string }> {
  const child = spawn(process.execPath, [bin, ...words], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let err = "";
  for await (const piece of child.stderr.setEncoding("utf8")) err += piece;
  return { code: await ended, err };
}
