import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasRealData } from "@isic/fixtures";
import { nodeCodecs } from "isic/node";
import { describe, expect, inject, it } from "vitest";
import { main } from "../src/index.ts";
import { temporaryFolder } from "./folder.ts";
import { recordingTerminal } from "./terminal.ts";

// Each walk draws, computes and encodes large pictures: two seconds of a processor, and many times that on a busy one.
describe("isic demo", { timeout: 240_000 }, () => {
  it.each(["v1", "v2"])("walks on %s, and its second pass comes from the cache", async (family) => {
    await using folder = await temporaryFolder();
    const terminal = recordingTerminal();
    const out = join(folder.path, "out");
    const code = await main(["demo", "--api", family, "--out", out], terminal);
    expect([code, terminal.errors()]).toEqual([0, ""]);
    expect(terminal.text()).toContain("0 requests for image or superpixel files");
    expect(terminal.text()).toMatch(/fetch the photo .* network .* cache/);
    const photo = await nodeCodecs.decode(new Uint8Array(await readFile(join(out, "photo.png"))));
    const red = await nodeCodecs.decode(new Uint8Array(await readFile(join(out, "superpixel-472.png"))));
    const painted = red.data.reduce((sum, value, i) => sum + (value === photo.data[i] ? 0 : 1), 0) / 3;
    expect(painted).toBeGreaterThan(200);
    expect(painted).toBeLessThan(2000);
    expect((await readdir(out)).sort()).toEqual([
      "cache",
      "outlines.png",
      "photo.png",
      "superpixel-472.png",
      "superpixels.png",
    ]);
  });

  it.skipIf(!hasRealData)("walks over real photos, and counts their superpixels as the manifest does", async () => {
    await using folder = await temporaryFolder();
    const terminal = recordingTerminal();
    const code = await main(["demo", "--data", inject("realDataFolder"), "--out", folder.path], terminal);
    expect([code, terminal.errors()]).toEqual([0, ""]);
    const text = terminal.text();
    expect(text).toContain("14 of 14 equal.");
    const steps = [...text.matchAll(/^ {2}(?:dermoscopic|\.\.\.) ?.* (\d+)$/gm)].map((match) => Number(match[1]));
    expect(steps).toEqual([371, 371, 120, 12, 7]);
  });

  it.skipIf(!hasRealData)(
    "ends with one sentence when a superpixel file is broken, and writes no picture",
    async () => {
      await using folder = await temporaryFolder();
      const data = join(folder.path, "data");
      const real = inject("realDataFolder");
      await mkdir(join(data, "superpixels"), { recursive: true });
      for (const name of ["images", "masks", "imcache_000000000000000000000000.json.gz"]) {
        await symlink(join(real, name), join(data, name));
      }
      const broken = (await readFile(join(real, "superpixels", "ISIC_0000000_superpixels.png"))).subarray(0, 20_000);
      await writeFile(join(data, "superpixels", "ISIC_0000000_superpixels.png"), broken);
      const terminal = recordingTerminal();
      const out = join(folder.path, "out");
      const code = await main(["demo", "--data", data, "--out", out], terminal);
      expect(code).toBe(1);
      expect(terminal.errors()).toMatch(/^isic: .+\.\n$/);
      expect((await readdir(out)).filter((name) => name.endsWith(".png"))).toEqual([]);
    },
  );
});
