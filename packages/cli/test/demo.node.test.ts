import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../src/index.ts";
import { temporaryFolder } from "./folder.ts";
import { recordingTerminal } from "./terminal.ts";

describe("isic demo", () => {
  it.each(["v1", "v2"])("walks on %s, and its second pass comes from the cache", async (family) => {
    await using folder = await temporaryFolder();
    const terminal = recordingTerminal();
    const out = join(folder.path, "out");
    const code = await main(["demo", "--api", family, "--out", out], terminal);
    console.log(terminal.text(), terminal.errors());
    expect(code).toBe(0);
    expect((await readdir(out)).sort()).toEqual([
      "cache",
      "outlines.png",
      "photo.png",
      "superpixel-472.png",
      "superpixels.png",
    ]);
  });
});
