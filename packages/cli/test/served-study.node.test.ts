/** A study of our own on downloaded photos: what a class sees before, and after, its first reader has finished. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSampleArchive } from "@isic/sample-archive";
import { openFolder, serve } from "@isic/sample-archive/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

const IMAGES = ["ISIC_0000000", "ISIC_0000001"] as const;
const FEATURES = ["Dots : Regular", "Сетка"];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let running: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  const box = await startBox(10);
  const data = join(folder.path, "data");
  const where = `name in ${JSON.stringify(IMAGES)}`;
  await isic("image", "download", data, "--where", where, "--superpixels", "--api", "v1", "--server", box.url);
  await box.close();
  const common = { features: FEATURES, images: IMAGES, readers: ["anna", "ben"] };
  const markups = { [FEATURES[0]!]: { definite: [1, 2, 3] }, [FEATURES[1]!]: { possible: [7] } };
  const annotations = [
    { image: IMAGES[0], reader: "anna", markups },
    { image: IMAGES[0], reader: "ben" },
  ];
  const studies = [
    { ...common, name: "Not begun" },
    { ...common, name: "Begun", annotations },
    { ...common, name: "Hidden", public: false },
    { ...common, name: "Questions only", features: [] },
  ];
  await writeFile(join(data, "studies.json"), `\ufeff${JSON.stringify({ studies })}`);
  running = await serve(createSampleArchive({ source: await openFolder(data) }));
});
afterAll(async () => {
  await running.close();
  await folder[Symbol.asyncDispose]();
});

const run = (verb: string, study: string, ...words: string[]) =>
  isic("study", verb, study, ...words, "--api", "v1", "--server", running.url, "--no-cache");

describe("a study of studies.json", () => {
  it.each(["heatmap", "montage"])("that nobody has begun: %s says so, and shows the photos", async (verb) => {
    const output = join(folder.path, `none-${verb}`);
    const { code, err } = await run(verb, "Not begun", "-o", output);
    expect(code).toBe(0);
    expect(err).toContain("note: nobody has finished an image of Not begun yet: nothing is marked.");
    expect(await readdir(output)).toHaveLength(2);
    expect((await run(verb, "Not begun", "-o", output, "--quiet")).err).toBe("");
  });

  it("that one has begun: no agreement beyond chance is 0.00, without a sign", async () => {
    const { code, out, err } = await run("agreement", "Begun");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/Dots : Regular +0\.00 +0\.00 +0\.00\n/);
    expect(out).toMatch(/User \w{4} did not finish 1 image\./);
  });

  it("whose letters the font of pictures lacks: a note names the way out", async () => {
    const output = join(folder.path, "letters");
    const { code, err } = await run("montage", "Begun", "--image", IMAGES[0], "--format", "png,svg", "-o", output);
    expect(code).toBe(0);
    const all = await run("montage", "Begun", "--format", "png,svg", "-o", output);
    expect(all.err.match(/note: /g)).toHaveLength(1);
    expect(err).toMatch(/The font of pictures has no С е т к а, drawn as boxes; as SVG they are right\./);
  });

  it("that guests may not see, or that has no features: one sentence", async () => {
    const hidden = await run("heatmap", "Hidden", "-o", join(folder.path, "hidden"));
    expect(hidden).toMatchObject({ code: 1, err: expect.stringContaining("log in if it is not public") });
    const questions = await run("agreement", "Questions only");
    expect(questions).toMatchObject({
      code: 1,
      err: expect.stringContaining("has no features that readers could mark"),
    });
  });
});
