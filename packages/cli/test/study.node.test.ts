import { spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { IsicApi, nodeCodecs } from "isic/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

const STUDY = "Reader agreement: five readers";
const hasPython = spawnSync("python3", ["--version"]).status === 0;

let box: Box;
let cache: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  box = await startBox(30);
  cache = await temporaryFolder();
});
afterAll(async () => {
  await box.close();
  await cache[Symbol.asyncDispose]();
});

const run = (verb: string, ...words: string[]) =>
  isic("study", verb, STUDY, ...words, "--api", "v1", "--server", box.url, "--cache", cache.path);

async function library() {
  const api = await IsicApi.connect({ family: "v1", baseUrl: box.url, cacheFolder: cache.path });
  const study = await api.study(STUDY);
  await study.loadAnnotations();
  return { api, study };
}

describe("isic study agreement", () => {
  it("as JSON is what the library says", async () => {
    const { code, out, err } = await run("agreement", "--draws", "50", "--json");
    expect([code, err]).toEqual([0, ""]);
    const { study } = await library();
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(await study.agreement({ draws: 50 }))));
  });

  it("as a table has a line for each feature, and says what is missing", async () => {
    const { code, out } = await run("agreement", "--draws", "50");
    expect(code).toBe(0);
    const { study } = await library();
    for (const { id } of study.features) expect(out).toContain(id);
    expect(out).toMatch(/\d\.\d\d \[-?\d\.\d\d, \d\.\d\d\]/);
    expect(out).toMatch(/\d+ images, 5 readers; in brackets 95 % intervals, by 50 draws of images\./);
    expect(out).toMatch(/User \w+ did not finish 1 image\./);
    expect((await run("agreement", "--draws", "0", "--ordinal")).out).not.toContain("Fleiss");
  });

  it.skipIf(!hasPython)("as CSV, read by Python's csv, has every coefficient", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "kappa.csv");
    const { code } = await run("agreement", "--csv", file, "--draws", "50", "--feature", "~dots");
    expect(code).toBe(0);
    const script = "import csv,json,sys;print(json.dumps(list(csv.DictReader(open(sys.argv[1],newline='')))))";
    const rows = JSON.parse(spawnSync("python3", ["-c", script, file], { encoding: "utf8" }).stdout) as Record<
      string,
      string
    >[];
    expect(rows.map(({ coefficient }) => coefficient)).toEqual([
      "krippendorff_alpha",
      "fleiss_kappa",
      ...Array(10).fill("cohen_kappa"),
    ]);
    const { study } = await library();
    const [feature] = (await study.agreement({ draws: 50, features: "~dots" })).features;
    expect(Number(rows[0]!.value)).toBe(feature!.krippendorff.value);
    expect(Number(rows[2]!.marked_a)).toBe(feature!.cohen[0]!.marked[0]);
    expect(new Set(rows.map((row) => row.feature))).toEqual(new Set([feature!.feature]));
  });

  it("names what is wrong", async () => {
    expect(await run("agreement", "--feature", "Dots : Regulr")).toMatchObject({
      code: 1,
      err: expect.stringContaining('Did you mean "Dots : Regular"?'),
    });
    expect((await run("agreement", "--draws", "x")).code).toBe(2);
    const v2 = await isic("study", "agreement", STUDY, "--server", box.url, "--no-cache");
    expect([v2.code, v2.err]).toEqual([2, expect.stringContaining("--api v1")]);
  });
});

describe("isic study heatmap", () => {
  it("paints what the library paints, and writes its numbers", async () => {
    await using folder = await temporaryFolder();
    const { api, study } = await library();
    const [name] = study.imageNames() as [string];
    const stats = join(folder.path, "stats.json");
    const { code, out } = await run(
      "heatmap",
      "--image",
      name,
      "--stripes",
      "-o",
      join(folder.path, "maps"),
      "--stats",
      stats,
      "--json",
    );
    expect(code).toBe(0);
    const file = join(folder.path, "maps", `${name}.png`);
    expect(JSON.parse(out)).toEqual({ image: name, files: [file] });
    const image = await api.image(name);
    await image.loadImageData();
    await image.loadSuperpixels();
    await image.loadSegmentation();
    const heatMap = study.heatMap(image, { mixColors: false });
    heatMap.draw(image);
    expect(await nodeCodecs.decode(new Uint8Array(await readFile(file)))).toEqual(image.data);
    const numbers = JSON.parse(await readFile(stats, "utf8"));
    expect(numbers).toEqual({ [name]: JSON.parse(JSON.stringify(heatMap.stats())) });
  });
});

describe("isic study montage", () => {
  it("makes PNG and SVG of every image, with exemplars from a table", async () => {
    await using folder = await temporaryFolder();
    const { study } = await library();
    const [first, second] = study.imageNames() as [string, string];
    const exemplars = join(folder.path, "exemplars.csv");
    await writeFile(exemplars, `name,exemplar\n${first},${study.features[0]!.id}\n${second},\n`);
    const figures = join(folder.path, "figures");
    const words = ["--format", "png,svg", "--longer-side", "200", "--exemplars", exemplars, "-o", figures];
    const { code, err } = await run("montage", "--image", first, "--image", second, ...words);
    expect(code).toBe(0);
    expect(err).toBe(`4 pictures in ${figures}.\n`);
    expect((await readdir(figures)).sort()).toEqual(
      [first, second].flatMap((name) => [`${name}.png`, `${name}.svg`]).sort(),
    );
    expect(await readFile(join(figures, `${first}.svg`), "utf8")).toContain(
      `Exemplar: ${study.features[0]!.id}</text>`,
    );
    expect(await readFile(join(figures, `${second}.svg`), "utf8")).not.toContain("Exemplar");
    const raster = await nodeCodecs.decode(new Uint8Array(await readFile(join(figures, `${first}.png`))));
    expect(raster.width).toBeGreaterThan(250);
  });

  it("an image that fails does not stop the others; a wrong name is a mistake", async () => {
    await using folder = await temporaryFolder();
    expect(await run("montage", "--image", "ISIC_9", "-o", folder.path)).toMatchObject({
      code: 1,
      err: expect.stringContaining('no image in the study Reader agreement: five readers "ISIC_9"'),
    });
    expect((await run("montage", "--format", "pdf", "-o", folder.path)).code).toBe(2);
  });

  it("an exemplar that is no feature of the study is said, and no panel of it is made", async () => {
    await using folder = await temporaryFolder();
    const { study } = await library();
    const [first] = study.imageNames() as [string];
    const exemplars = join(folder.path, "exemplars.json");
    await writeFile(exemplars, JSON.stringify([{ name: first, exemplar: "Dots : regular" }]));
    const words = ["--longer-side", "100", "--exemplars", exemplars, "-o", folder.path, "--format", "svg,svg"];
    const { code, err } = await run("montage", "--image", first, "--image", first, ...words);
    expect(code).toBe(0);
    expect(err).toContain(`${first} has no exemplar panel: "Dots : regular" is no feature of`);
    expect(err).toContain('did you mean "Dots : Regular"?');
    // Names and formats that are given twice are made once.
    expect(err).toContain(`1 picture in ${folder.path}.`);
  });
});

describe("mistakes of beginners", () => {
  it.each([
    [["agreement", "--csv", "kappa.json"], "Expected a name that ends with .csv."],
    [["agreement", "--csv", "kappa"], "Expected a name that ends with .csv."],
    [["heatmap", "--stats", "maps.csv"], "Expected a name that ends with .json."],
    [["montage", "--exemplars", "table.xlsx"], "Expected a name that ends with .csv or .json or .json.gz."],
  ])("%j: another kind of file is refused before any work", async ([verb, ...words], sentence) => {
    const { code, err } = await run(verb!, ...words);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });

  it("a reader or feature that the study does not have: those that it has are named", async () => {
    const { study } = await library();
    const reader = await run("agreement", "--reader", "zzz");
    expect(reader.code).toBe(1);
    for (const { name } of study.users) expect(reader.err).toContain(name);
    const feature = await run("agreement", "--feature", "~zzz");
    for (const { id } of study.features) expect(feature.err).toContain(id);
    expect(reader.err + feature.err).not.toContain("log in");
  });

  it("one reader agrees with nobody, and no intervals are spoken of", async () => {
    const { study } = await library();
    const [first] = study.users;
    const { code, out } = await run("agreement", "--reader", first!.name);
    expect(code).toBe(0);
    expect(out).toContain("Agreement is between readers: of one alone there is none.");
    expect(out).not.toContain("intervals");
  });
});
