import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeCodecs, readManifest } from "isic/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

let box: Box;
beforeAll(async () => {
  box = await startBox();
});
afterAll(() => box.close());

const server = (): string[] => ["--server", `${box.url}/api/v2`];

const RECIPE = `version: 1
title: Small
selection: { search: "isic_id:*" }
labels:
  classes: { Malignant: 'diagnosis_1 = "Malignant"' }
  otherwise: Other
split: { shares: { train: 60, test: 40 } }
duplicates: { rule: report }   # the box repeats its few photos
image: { size: 64 }
`;

describe("isic dataset", () => {
  it("init, build, check, and build --from make a set and its like", async () => {
    await using folder = await temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    await writeFile(at("small.yaml"), RECIPE);
    const built = await isic("dataset", "build", at("small.yaml"), at("set"), ...server());
    expect([built.code, built.out]).toEqual([
      0,
      expect.stringMatching(/set: \d+ images, \d+ of them made now\.\n\nclass +train +test\n/),
    ]);
    expect(built.err).toMatch(/note: 1 left out: cannot be read\./);
    expect(built.err).toMatch(/note: patient: metadata\.clinical\.patient_id; \d+ of \d+ images have none\./);
    const checked = await isic("dataset", "check", at("set"));
    expect([checked.code, checked.err]).toEqual([0, ""]);
    expect(checked.out).toMatch(/images in \d+ files, all as they should be\./);
    const again = await isic("dataset", "build", "--from", at("set"), at("copy"), ...server(), "--json");
    expect(again.code).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({ differences: [] });
    expect(await readFile(join(at("copy"), "dataset.lock.json"), "utf8")).toBe(
      await readFile(join(at("set"), "dataset.lock.json"), "utf8"),
    );
    await rm(join(at("copy"), "images.csv"));
    const broken = await isic("dataset", "check", at("copy"));
    expect([broken.code, broken.err]).toEqual([1, `isic: 1 problem in ${at("copy")}.\n`]);
    expect(broken.out).toContain("it is missing");
    const found = JSON.parse((await isic("dataset", "check", at("copy"), "--json")).out) as object;
    expect(found).toMatchObject({ problems: [{ what: "images.csv", problem: "it is missing" }] });
  });

  it("says with --dry-run what would be made, and neither fetches a picture nor writes anything", async () => {
    await using folder = await temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    await writeFile(at("small.yaml"), `${RECIPE}licences: { commercial: true }\n`);
    box.asked.length = 0;
    const words = ["dataset", "build", at("small.yaml"), at("set"), ...server()];
    const dry = await isic(...words, "--dry-run");
    expect([dry.code, dry.out]).toEqual([
      0,
      expect.stringMatching(
        /set would have \d+ images, 0 of them there already; \d+ kB to fetch, .* free there\.\n\d+ groups that are never parted; the largest has \d+ images\.\n\nclass +train +test\n(.*\n)+\nlicence +images\n/,
      ),
    ]);
    expect(dry.err).toMatch(/note: 3 left out: licence\. Images: ISIC_\d+, ISIC_\d+, ISIC_\d+\.\n/);
    expect(await readdir(folder.path)).toEqual(["small.yaml"]);
    expect(box.asked.filter((url) => !url.includes("/api/"))).toEqual([]);
    expect(box.asked.filter((url) => /\.(jpg|png)/.test(url))).toEqual([]);
    const preview = JSON.parse((await isic(...words, "--dry-run", "--json")).out) as Record<string, unknown>;
    expect((await isic(...words)).code).toBe(0);
    const built = JSON.parse((await isic(...words, "--json")).out) as Record<string, unknown>;
    // One of them cannot be read, which only its picture tells.
    expect(preview.images).toBe((built.images as number) + 1);
    const again = JSON.parse((await isic(...words, "--dry-run", "--json")).out) as Record<string, unknown>;
    expect(again).toMatchObject({ images: built.images, there: built.images, counts: built.counts, bytes: 0 });
    expect(await isic("dataset", "build", "--dry-run", "--from", at("set"), at("copy"))).toMatchObject({
      code: 2,
      err: expect.stringContaining("--dry-run is for a recipe"),
    });
  });

  it("init writes a recipe that build takes, and never over a file", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const { code, err } = await isic(
      "dataset",
      "init",
      path,
      "--title",
      "A: b",
      "--search",
      "isic_id:*",
      "--labels",
      "isic2024",
      "--layout",
      "flat",
      "--size",
      "32",
    );
    expect([code, err]).toEqual([0, expect.stringContaining("a.yaml is written.")]);
    expect(await readFile(path, "utf8")).toContain('title: "A: b"');
    // Croissant and citations want the day of publication.
    expect(await readFile(path, "utf8")).toContain(`\npublished: ${new Date().toISOString().slice(0, 10)} `);
    expect(await isic("dataset", "init", path)).toMatchObject({
      code: 2,
      err: expect.stringContaining("is there already"),
    });
    // The box repeats its few photos.
    await writeFile(path, (await readFile(path, "utf8")).replace("rule: together", "rule: report"));
    expect(await isic("dataset", "build", path, join(folder.path, "set"), ...server())).toMatchObject({ code: 0 });
  });

  it("says what is wrong with a recipe before anything is asked or written", async () => {
    await using folder = await temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    box.asked.length = 0;
    await writeFile(at("one.yaml"), RECIPE.replace("title", "titel"));
    const one = await isic("dataset", "build", at("one.yaml"), at("set"), ...server());
    expect([one.code, one.out]).toEqual([2, ""]);
    expect(one.err).toMatch(/^isic: \S+one\.yaml has 2 mistakes:\n/);
    expect(one.err).toContain('  titel: there is no such setting: did you mean "title"?');
    await writeFile(at("two.yaml"), "version: 1\n title: [");
    expect((await isic("dataset", "build", at("two.yaml"), at("set"), ...server())).err).toContain("it is no YAML");
    expect(await isic("dataset", "build", at("one.yaml"))).toMatchObject({
      code: 2,
      err: expect.stringContaining("The folder to make is missing"),
    });
    expect(await isic("dataset", "build", "a", "b", "--from", "c")).toMatchObject({
      code: 2,
      err: expect.stringContaining("With --from there is no recipe"),
    });
    expect(await isic("dataset", "build", at("none.yaml"), at("set"))).toMatchObject({
      code: 1,
      err: expect.stringContaining("There is no file or folder"),
    });
    expect(await isic("dataset", "build", "--from", folder.path, at("set"))).toMatchObject({
      code: 2,
      err: expect.stringContaining("has no dataset.lock.json"),
    });
    expect(await isic("dataset", "check", folder.path)).toMatchObject({
      code: 1,
      err: expect.stringContaining("it is no data set"),
    });
    expect(box.asked).toEqual([]);
    await writeFile(at("three.yaml"), `${RECIPE}licences: { allow: [CC-BY-SA-4.0] }\n`);
    const three = await isic("dataset", "build", at("three.yaml"), at("set"), ...server());
    expect([three.code, three.err]).toEqual([
      1,
      expect.stringMatching(/^isic: The recipe leaves no image of \d+ \(.*licence\)\. Their licences: /),
    ]);
    expect(box.asked.filter((url) => /\.jpg/.test(url))).toEqual([]);
    expect(await readdir(folder.path)).not.toContain("set");
  });
});

describe("isic image duplicates", () => {
  it("finds copies and what was encoded anew, and shows them with their names as text", async () => {
    await using folder = await temporaryFolder();
    const at = (name: string): string => join(folder.path, name);
    // A gradient that turns, so that no two are alike.
    const picture = (turn: number) => {
      const data = Uint8Array.from({ length: 96 * 64 * 3 }, (_, i) => {
        const [x, y] = [Math.floor(i / 3) % 96, Math.floor(i / 288)];
        return 128 + 100 * Math.sin((x * turn + y * (5 - turn)) / 20 + turn);
      });
      return { width: 96, height: 64, channels: 3 as const, data };
    };
    const evil = "<img src=x onerror=alert(1)>&'#?.jpg";
    await mkdir(at("more"));
    await writeFile(at(evil), await nodeCodecs.encodeJpeg(picture(1), 90));
    await writeFile(join(at("more"), "anew.jpg"), await nodeCodecs.encodeJpeg(picture(1), 50));
    await writeFile(at("b.png"), await nodeCodecs.encodePng(picture(3)));
    await copyFile(at("b.png"), join(at("more"), "c.png"));
    await writeFile(at("alone.png"), await nodeCodecs.encodePng(picture(4)));
    await writeFile(at("broken.jpg"), "no picture");
    const { code, out, err } = await isic("image", "duplicates", folder.path, "--report", at("same.html"));
    expect(code).toBe(0);
    expect(out).toContain("5 pictures, 2 groups that show the same.");
    expect(out).toContain("same bytes: b.png, more/c.png");
    expect(out).toContain(`looks the same: ${evil}, more/anew.jpg`);
    expect(err).toContain("broken.jpg was left out");
    const html = await readFile(at("same.html"), "utf8");
    expect(html).not.toContain("<img src=x");
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;&amp;&#39;#?.jpg");
    expect(html).toContain('src="./%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%26&#39;%23%3F.jpg"');
    expect(html).toContain('src="./more/anew.jpg"');
    const json = JSON.parse((await isic("image", "duplicates", folder.path, "--json", "--bits", "0")).out) as object;
    expect(json).toMatchObject({ pictures: 5, bits: 0, unreadable: [{ file: "broken.jpg" }] });
    expect(await isic("image", "duplicates", at("nothing"))).toMatchObject({
      code: 1,
      err: expect.stringContaining("There is no file or folder"),
    });
  });
});

describe("isic image download --split", () => {
  it("keeps every image in its part when more come, and never parts a patient or lesion", async () => {
    await using folder = await temporaryFolder();
    const words = ["--split", "60/40", "--names", "$split$/$name$"];
    expect((await isic("image", "download", folder.path, ...server(), "--limit", "30", ...words)).code).toBe(0);
    const partsOf = async (): Promise<Map<string, string | undefined>> =>
      new Map((await readManifest(folder.path)).map(({ id, split }) => [id, split]));
    const before = await partsOf();
    const more = await isic(
      "image",
      "download",
      folder.path,
      ...server(),
      "--limit",
      "60",
      "--seed",
      "other",
      ...words,
    );
    expect(more.code).toBe(0);
    const after = await partsOf();
    for (const [id, part] of before) expect(after.get(id)).toBe(part);
    expect(after.size).toBeGreaterThan(before.size);
    const entries = await readManifest(folder.path);
    for (const key of ["patient_id", "lesion_id"]) {
      const parts = new Map<string, Set<string>>();
      for (const { record, split = "", file } of entries) {
        expect(file?.startsWith(`${split}/`)).toBe(true);
        const { clinical = {} } = (record as { metadata?: { clinical?: Record<string, string> } }).metadata ?? {};
        const value = clinical[key];
        if (value !== undefined) parts.set(value, (parts.get(value) ?? new Set()).add(split));
      }
      expect([...parts.values()].filter((set) => set.size > 1)).toEqual([]);
    }
  });
});
