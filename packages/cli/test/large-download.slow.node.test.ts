import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type FileServer, startFileServer } from "./file-server.ts";
import { temporaryFolder } from "./folder.ts";

// A process to kill: the command as it is built (`turbo run test:slow` builds before).
const bin = fileURLToPath(new URL("../bin/isic.js", import.meta.url));
const KILLS = 10;
const IN_FLIGHT = 16;

describe("a download that is killed ten times", () => {
  it("ends complete, asks for nothing again that was done, and verifies", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "photos");
    const server = await startFileServer({ images: 2000, delay: 4 });
    try {
      const words = ["image", "download", target, "--server", server.url, "--quiet"];
      for (let kill = 0; kill < KILLS; kill++) {
        const before = server.asked.length;
        const done = await doneIn(target);
        await killAfter(words, server, before + 100 + kill * 7);
        const again = server.asked.slice(before).filter((name) => done.has(name));
        expect(again).toEqual([]);
      }
      expect(await run(words)).toBe(0);
      const images = (await doneIn(target)).size;
      expect(images).toBeGreaterThan(1900);
      expect(new Set(server.asked).size).toBe(images);
      const extra = server.asked.length - images;
      console.log(`${images} images, ${KILLS} kills: ${extra} extra requests`);
      expect(extra).toBeLessThanOrEqual(KILLS * IN_FLIGHT);
      expect(await run(["image", "verify", target])).toBe(0);
    } finally {
      await server.close();
    }
  });
});

describe("a download of which one image in twenty cannot be had", () => {
  it("ends with 1, lists exactly those, has all others, and asks only for those again", async () => {
    await using folder = await temporaryFolder();
    const target = join(folder.path, "photos");
    const broken = new Set<string>();
    const server = await startFileServer({ images: 2000, broken });
    try {
      const words = ["--server", server.url, "--json"];
      const names = (await output(["image", "select", ...words])).text
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { isic_id: string }).isic_id);
      for (const [i, name] of names.entries()) if (i % 20 === 7) broken.add(name);
      const bad = [...broken].sort();
      expect(bad.length).toBeGreaterThan(90);
      const first = await output(["image", "download", target, ...words]);
      expect(first.code).toBe(1);
      expect(failedOf(first.text)).toEqual(bad);
      expect([...(await doneIn(target))].sort()).toEqual(names.filter((name) => !broken.has(name)).sort());
      expect((await readdir(target)).filter((name) => name.endsWith(".jpg"))).toHaveLength(names.length - bad.length);
      server.asked.length = 0;
      const again = await output(["image", "download", target, ...words]);
      expect([again.code, failedOf(again.text)]).toEqual([1, bad]);
      expect([...new Set(server.asked)].sort()).toEqual(bad);
      const verified = await output(["image", "verify", target, "--json"]);
      expect(verified.code).toBe(1);
      broken.clear();
      expect((await output(["image", "download", target, ...words])).code).toBe(0);
      expect(await run(["image", "verify", target])).toBe(0);
    } finally {
      await server.close();
    }
  });
});

function failedOf(summary: string): string[] {
  const { failed } = JSON.parse(summary) as { failed: { name: string; state: string }[] };
  return failed.map(({ name }) => name).sort();
}

async function doneIn(target: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(target, "manifest.jsonl"), "utf8").catch(() => "");
  const done = new Set<string>();
  for (const line of text.split("\n")) {
    try {
      const { name, state } = JSON.parse(line) as { name: string; state: string };
      if (state === "done") done.add(name);
    } catch {
      // the line that the kill tore
    }
  }
  return done;
}

async function killAfter(words: readonly string[], server: FileServer, requests: number): Promise<void> {
  const child = spawn(process.execPath, [bin, ...words], { stdio: "ignore" });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  while (server.asked.length < requests && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 2));
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
}

async function output(words: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [bin, ...words], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let text = "";
  for await (const piece of child.stdout.setEncoding("utf8")) text += piece;
  return { code: await ended, text };
}

function run(words: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [bin, ...words], { stdio: "ignore" });
  return new Promise((resolve) => child.once("exit", resolve));
}
