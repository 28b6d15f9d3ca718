import { spawn } from "node:child_process";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { repair } from "@isic/cache";
import { afterAll, expect, test } from "vitest";
import { createFileCache } from "../src/index.ts";
import { bundleInto } from "./built.ts";
import { newFolder, removeFolders } from "./folder.ts";

afterAll(removeFolders);

const KILLS = 40;
const FILES = 1500;
const ways = {
  "the next open": async (folder: string) => void (await createFileCache({ folder }).open()),
  repair: async (folder: string) => void (await repair(createFileCache({ folder }))),
  "erasing the account": async (folder: string) => createFileCache({ folder }).erase("h.org/jane/"),
  "erasing all": async (folder: string) => createFileCache({ folder }).erase(""),
};

test(`erasing that is killed at any moment: nothing lies outside the account's folder after ${Object.keys(ways).join(", ")}`, async () => {
  const script = await bundleInto(await newFolder(), "eraser.mjs");
  const full = await newFolder();
  const cache = createFileCache({ folder: full });
  for (let i = 0; i < FILES; i++)
    await cache.set(`h.org/jane/spimg/${i.toString(16).padStart(24, "0")}`, new Uint8Array(64));
  await cache.set("h.org/anonymous/spimg/0a", new Uint8Array(64));
  await cache.close?.();

  const seen = { before: 0, within: 0, after: 0 };
  for (let kill = 0; kill < KILLS; kill++) {
    const [way, finish] = Object.entries(ways)[kill % 4]!;
    const folder = await newFolder();
    await cp(full, folder, { recursive: true });
    const child = spawn(process.execPath, [script, folder, "h.org/jane/"], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("close", resolve));
    let killing: Promise<unknown> | undefined;
    for await (const line of createInterface({ input: child.stdout }))
      if (line === "begins") killing = sleep(Math.random() * 200).then(() => child.kill("SIGKILL"));
    await Promise.all([killing, ended]);

    const isThere = (await readdir(join(folder, "h.org"))).includes("jane");
    const isHalf = (await readdir(folder)).some((name) => name.startsWith(".erased-"));
    seen[isThere ? "before" : isHalf ? "within" : "after"]++;
    await finish(folder);
    const names = await readdir(folder, { recursive: true });
    const own = names.filter((name) => /spimg_0{10}/.test(name));
    // Whole, where it had not begun and nobody was told to erase it; nothing of it otherwise.
    const whole = isThere && (way === "the next open" || way === "repair") ? FILES : 0;
    expect([kill, way, own.length, names.filter((name) => name.includes(".erased-"))]).toEqual([kill, way, whole, []]);
  }
  console.log(`${KILLS} kills: ${JSON.stringify(seen)}`);
  expect(seen.within).toBeGreaterThan(0);
});
