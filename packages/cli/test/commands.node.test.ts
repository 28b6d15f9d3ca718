import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSuperpixelPng } from "@isic/core-wasm/node";
import { nodeCodecs } from "isic/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

let box: Box;
beforeAll(async () => {
  box = await startBox();
});
afterAll(() => box.close());

const v1 = (): string[] => ["--api", "v1", "--server", box.url];
const v2 = (): string[] => ["--server", box.url];

describe("what is not understood", () => {
  it.each([
    [["image", "downlod"], 2, "unknown command 'downlod'"],
    [["image", "download"], 2, "missing required argument 'folder'"],
    [["demo", "--api", "v3"], 2, "Allowed choices are v1, v2"],
    [["demo", "--json"], 2, "The demo is for people: leave out --json."],
    [["serve", "--port", "70000"], 2, "Expected a whole number from 0 to 65535"],
    [["image", "select", "--api", "v1"], 2, "The public archive no longer speaks v1"],
    [["image", "select", "--server", "nowhere"], 2, "--server: expected an address"],
    [["user", "login"], 2, "--client-id is missing"],
    [["metadata", "download", "--format", "parquet"], 2, "Parquet needs a file"],
    [["metadata", "download", "-o", "set.xlsx"], 2, "tables are written as .csv, .jsonl, .ndjson, .json, .parquet;"],
    [["metadata", "download", "-o", "SET.XLS"], 2, "tables are written as .csv"],
    [["metadata", "download", "-o", "set"], 2, "tables are written as .csv"],
    [["metadata", "download", "-o", "."], 2, ". is a folder: name a file in it, such as metadata.csv."],
    [["metadata", "download", "-o", ".", "--format", "csv"], 2, ". is a folder"],
    [["metadata", "download", "--json", "--format", "csv"], 2, "leave out one of --json and --format csv"],
    [["metadata", "download", "--json", "-o", "set.csv"], 2, "leave out --json"],
    [["superpixels", "no-such.jpg"], 1, "There is no file no-such.jpg"],
    [["superpixels", "a.jpg", "-o", "labels.jpg"], 2, "labels are written as .png"],
    [["image", "verify", "/no/such/folder"], 1, "/no/such/folder does not exist"],
    [["cache", "info", "--cache", ""], 2, "It is empty."],
    [["cache", "verify", "--cache", "/no/such/folder"], 1, "There is no cache at /no/such/folder"],
    [["image", "download", "x", "--shard", "5/4"], 2, "--shard: expected a shard i/n"],
    [["image", "download", "x", "--names", "photo"], 2, "--names: expected a file name pattern"],
    [["image", "download", "x", "--split-by", "lesion"], 2, "--split-by is of a split: add --split 80/10/10"],
    [["image", "download", "x", "--seed", "7"], 2, "--seed is of a split"],
    [["image", "download", "x", "--names", "$split$/$name$"], 2, "--names: $split$ needs --split."],
    [["image", "download", "x", "--names", "$label$/$name$"], 2, "--names: $label$ needs --labels."],
    [["image", "download", "x", "--names", "$lable$/$name$"], 2, "there is no $lable$; did you mean $label$?"],
    [["image", "download", "x", "--names", "$spilt$/$name$"], 2, "there is no $spilt$; did you mean $split$?"],
    [["image", "download", "x", "--names", "$nmae$/$id$"], 2, "there is no $nmae$; did you mean $name$?"],
    [["image", "download", "x", "--names", "$Name$/$id$"], 2, "there is no $Name$; did you mean $name$?"],
    [["image", "download", "x", "--names", "$sex$/$id$"], 2, "no $sex$; did you mean $metadata.clinical.sex$?"],
    [["image", "download", "x", "--names", "$pixels_x$/$id$"], 2, "did you mean $metadata.acquisition.pixels_x$?"],
    [["image", "download", "x", "--names", "$meta.clinical.sex$/$id$"], 2, "did you mean $metadata.clinical.sex$?"],
    [
      ["image", "download", "x", "--names", "$metadata.clinical.sex$/$id$", "--api", "v1"],
      2,
      "did you mean $meta.clinical.sex$?",
    ],
    [["image", "download", "x", "--names", "$$$id$"], 2, 'there is nothing between two "$".'],
    [["image", "download", "x", "--split", "80/30/10"], 2, "--split: 80/30/10 adds up to 120, not to 100 (or to 1)."],
    [["image", "download", "x", "--split", "0/0"], 2, "adds up to 0"],
    [["image", "download", "x", "--split", "80/"], 2, "--split: expected two or three shares"],
    [["image", "download", "x", "--search", ""], 2, "'-s, --search <query>' argument '' is invalid. It is empty."],
    [["image", "select", "-s", " "], 2, "It is empty."],
    [["image", "select", "-w", ""], 2, "--where: expected"],
    [["image", "select", "--ids", ""], 2, "Expected words"],
    [["image", "select", "--dataset", "", "--api", "v1"], 2, "It is empty."],
    [["image", "select", "--study", "", "--api", "v1"], 2, "It is empty."],
    [["image", "select", "--ids-from", ""], 2, "It is empty."],
    [["image", "download", ""], 2, "command-argument value '' is invalid for argument 'folder'. It is empty."],
    [["image", "download", "x", "--from", ""], 2, "It is empty."],
    [["image", "verify", ""], 2, "It is empty."],
    [["image", "show", ""], 2, "It is empty."],
    [["image", "show", "photo.png", "-o", ""], 2, "It is empty."],
    [["superpixels", ""], 2, "It is empty."],
    [["superpixels", "photo.png", "-o", ""], 2, "It is empty."],
    [["superpixels", "photo.png", "--outline", ""], 2, "It is empty."],
    [["metadata", "download", "-o", ""], 2, "It is empty."],
    [["study", "show", ""], 2, "It is empty."],
    [["study", "annotations", ""], 2, "It is empty."],
    [["serve", "--host", ""], 2, "It is empty."],
    [["serve", "--data", ""], 2, "It is empty."],
    [["demo", "--out", ""], 2, "It is empty."],
    [["demo", "--data", ""], 2, "It is empty."],
    [["demo", "--image", ""], 2, "It is empty."],
    [["user", "login", "--client-id", ""], 2, "It is empty."],
    [["user", "whoami", "--username", "", "--api", "v1"], 2, "It is empty."],
    [["image", "download", "x", "--dataset", "UDA-1"], 2, "v2 has collections"],
    [["image", "download", "x", "--from", "/no/such.jsonl"], 1, "There is no manifest /no/such.jsonl"],
    [["image", "download", "x", "--from", "m", "--search", "sex:male"], 2, "--from names the files itself"],
  ])("%j: %i, %s", async (words, code, said) => {
    const result = await isic(...words);
    expect(result.err).toContain(said);
    expect(result.err).toMatch(/^isic: /);
    expect(result.err).not.toContain("    at ");
    expect(result.code).toBe(code);
  });

  it.each([
    [
      "superpixels photo.jpg",
      "--compactness",
      ["0", "-1", "1e-9", "1e-300", "1e7", "Infinity", "NaN", "0x10", "1,5", ""],
    ],
    ["superpixels photo.jpg", "--sigma", ["-0.1", "100.5", "NaN", "two", " "]],
    ["superpixels photo.jpg", "--segments", ["0", "-5", "1.5", "1e3", "9007199254740993", ""]],
    ["image show x", "--width", ["9", "1001", "wide"]],
    ["image download x", "--resize", ["0", "100001", "1.5"]],
    ["image download x", "--concurrency", ["0", "257", "4x"]],
    ["image verify x", "--concurrency", ["0", "257"]],
    ["image select", "--limit", ["0", "-1", "1e2"]],
    ["image select", "--collections", ["0", "1,x", "1.5", "1,"]],
    ["serve", "--port", ["-1", "65536", "http"]],
    ["serve", "--images", ["0", "100001"]],
    ["demo", "--port", ["65536"]],
  ])("numbers out of their bounds: isic %s %s", async (command, option, values) => {
    for (const value of values) {
      const { code, out, err } = await isic(...command.split(" "), `${option}=${value}`);
      expect([value, code, out]).toEqual([value, 2, ""]);
      expect(err).toMatch(
        /^isic: option '.*' argument '.*' is invalid\. Expected a (whole )?number (from|of at least) [\d.e-]+/,
      );
      expect(err).toContain(option);
    }
  });

  it("an unknown name comes with near ones", async () => {
    await using folder = await temporaryFolder();
    const { code, err } = await isic("demo", "--image", "ISIC_00000", "--out", join(folder.path, "out"));
    expect(code).toBe(1);
    expect(err).toMatch(/^isic: There is no image "ISIC_00000" here\./);
  });

  it("a port in use", async () => {
    const { code, err } = await isic("serve", "--port", new URL(box.url).port);
    expect([code, err]).toEqual([1, expect.stringMatching(/^isic: Port \d+ is in use by another program/)]);
  });

  it("a cache folder that is a file, and nothing is written", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "file");
    await writeFile(file, "");
    const { code, err } = await isic("demo", "--cache", file, "--out", join(folder.path, "out"));
    expect([code, err]).toEqual([1, `isic: The cache folder ${file} is a file: choose another place with --cache.\n`]);
    expect(await readdir(folder.path)).toEqual(["file"]);
  });
});

describe("every command has help with examples", () => {
  it.each([
    "demo",
    "serve",
    "superpixels",
    "image download",
    "image verify",
    "image select",
    "image show",
    "image duplicates",
    "metadata download",
    "collection list",
    "dataset init",
    "dataset build",
    "dataset check",
    "dataset list",
    "study list",
    "study show",
    "study annotations",
    "study heatmap",
    "study montage",
    "study agreement",
    "cache info",
    "cache verify",
    "cache repair",
    "cache clear",
    "user login",
    "user logout",
    "user whoami",
    "user print-token",
    "completion",
  ])("%s", async (command) => {
    const { code, out } = await isic(...command.split(" "), "--help");
    expect(code).toBe(0);
    expect(out).toContain(`Usage: isic ${command}`);
    expect(out).toContain("Examples:");
  });
});

it("every group of commands has help with examples, whose words all exist", async () => {
  for (const group of ["image", "cache", "user", "study", "dataset", "collection", "metadata"]) {
    const { out } = await isic(group, "--help");
    expect(out).toContain("Examples:");
    for (const [, command = "", rest = ""] of out.matchAll(/^ +isic (\w+ \w+)(.*)$/gm)) {
      const { code, out: help } = await isic(...command.split(" "), "--help");
      expect([command, code]).toEqual([command, 0]);
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(help).toContain(option);
    }
  }
});

it("help takes the words of a command, and names what there is for others", async () => {
  expect(await isic("help", "image", "download")).toEqual(await isic("image", "download", "--help"));
  expect((await isic("help")).out).toContain("Usage: isic");
  const { code, err } = await isic("help", "image", "paint");
  expect(code).toBe(2);
  expect(err).toMatch(/^isic: There is no command "paint" in isic image: it has download, verify, select, show/);
});

it("two searches are refused, more collections are taken together", async () => {
  const { code, err } = await isic("image", "select", "-s", "sex:female", "-s", "age_approx:30");
  expect(code).toBe(2);
  expect(err).toContain("'(sex:female) AND (age_approx:30)'");
});

describe("lists", () => {
  it("datasets of v1, with their licences; v2 is told where to look", async () => {
    const { code, out, err } = await isic("dataset", "list", ...v1());
    expect([code, err]).toEqual([0, expect.stringMatching(/^\d+ datasets\.\n$/)]);
    for (const { name, license } of box.archive.datasets.filter((dataset) => dataset.public)) {
      expect(out).toContain(name.slice(0, 12));
      expect(out).toContain(license);
    }
    const records = JSON.parse((await isic("dataset", "list", ...v1(), "--json")).out) as { name: string }[];
    expect(records.map(({ name }) => name)).toEqual(
      expect.arrayContaining(box.archive.datasets.filter((each) => each.public).map(({ name }) => name)),
    );
    const wrong = await isic("dataset", "list", "--server", box.url);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("isic collection list")]);
  });

  it("images by criteria, as JSON and as names", async () => {
    const { code, out } = await isic("image", "select", ...v1(), "-w", "meta.clinical.sex == female", "--json");
    expect(code).toBe(0);
    const records = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.length).toBeGreaterThan(5);
    expect(records.every((record) => record.meta.clinical.sex === "female")).toBe(true);
    const names = await isic("image", "select", ...v1(), "-w", 'notes.tags ni "ISBI 2017: Training"', "--names");
    expect(names.out).toMatch(/^(ISIC_\d{7}\n)+$/);
    const quoted = await isic("image", "select", ...v2(), "--limit", "2", "--names", "--json");
    expect(quoted.out).toBe('"ISIC_0000000"\n"ISIC_0000001"\n');
    const counted = await isic("image", "select", ...v2(), "--search", "sex:female", "--count");
    expect(Number(counted.out)).toBeGreaterThan(5);
  });

  it.each([
    ["metadata.clinical.sexx", 'none of 3 images has "metadata.clinical.sexx"; did you mean "metadata.clinical.sex"?'],
    ["isic_id,age_approx", 'has "age_approx"; did you mean "metadata.clinical.age_approx"?'],
    ["zzzzzzzzzzzzzz", 'has "zzzzzzzzzzzzzz"; --json shows what records have.'],
  ])("no column that no image has: %s", async (columns, said) => {
    const { code, out, err } = await isic("image", "select", ...v2(), "--limit", "3", "--columns", columns);
    expect([code, out, err]).toEqual([2, "", expect.stringMatching(/^isic: --columns: /)]);
    expect(err).toContain(said);
  });

  it("columns of fields that these images do not have, and of nothing", async () => {
    const select = (columns: string, ...words: string[]) =>
      isic("image", "select", ...v2(), "--columns", columns, ...words);
    const { code, out, err } = await select("isic_id,metadata.clinical.mel_thick_mm,metadata", "--limit", "1");
    expect(err).toBe("1 image.\n");
    expect([code, out]).toEqual([0, expect.stringMatching(/^isic_id +mel_thick_mm +metadata\n/)]);
    const old = ["image", "select", ...v1(), "--limit", "1", "--columns"];
    expect((await isic(...old, "name,meta.clinical.mel_thick_mm")).code).toBe(0);
    expect((await isic(...old, "name,metadata.clinical.mel_thick_mm")).code).toBe(2);
    expect((await select("nonsense", "-w", "isic_id == none")).code).toBe(0);
  });

  it("ids from a file with remarks, but not from a folder", async () => {
    await using folder = await temporaryFolder();
    const list = join(folder.path, "ids.txt");
    await writeFile(list, "# the first two\nISIC_0000000\n  # and\nISIC_0000001\n");
    const select = (path: string) => isic("image", "select", ...v2(), "--names", "--ids-from", path);
    expect(await select(list)).toEqual({ code: 0, out: "ISIC_0000000\nISIC_0000001\n", err: "" });
    const { code, err } = await select(folder.path);
    expect([code, err]).toEqual([
      1,
      `isic: ${folder.path} is a folder: --ids-from reads a file of ids or names, one per line.\n`,
    ]);
  });

  it("metadata as CSV", async () => {
    const { out } = await isic("metadata", "download", ...v2(), "--limit", "3");
    const lines = out.trim().split("\r\n");
    expect(lines[0]).toMatch(/^isic_id,attribution,copyright_license,/);
    expect(lines).toHaveLength(4);
  });

  it("metadata is not written over the list of ids", async () => {
    await using folder = await temporaryFolder();
    const list = join(folder.path, "ids.csv");
    await writeFile(list, "ISIC_0000000\n");
    const { code, err } = await isic("metadata", "download", ...v2(), "--ids-from", list, "-o", list);
    expect([code, err]).toEqual([2, expect.stringContaining("would overwrite the list of ids itself")]);
    expect(await readFile(list, "utf8")).toBe("ISIC_0000000\n");
  });

  it("metadata in a file of another ending, where the format is named", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "set.txt");
    const { code } = await isic("metadata", "download", ...v2(), "--limit", "3", "--format", "csv", "-o", file);
    expect([code, await readFile(file, "utf8")]).toEqual([0, expect.stringMatching(/^isic_id,/)]);
  });

  it("collections and studies", async () => {
    expect((await isic("collection", "list", ...v2())).out).toContain("Challenge 2019: Training");
    expect(JSON.parse((await isic("collection", "list", ...v2(), "--json")).out).length).toBeGreaterThan(2);
    await using folder = await temporaryFolder();
    const cache = ["--cache", folder.path];
    expect((await isic("study", "list", ...v1(), ...cache)).out).toContain("ISBI 2016: 100 Lesion Classification");
    const shown = await isic("study", "show", "ISBI 2016: 100 Lesion Classification", ...v1(), ...cache);
    expect(shown.out).toContain("Questions");
    const near = await isic("study", "show", "ISBI 2016: 100 Lesion Clasification", ...v1(), ...cache);
    expect(near.err).toContain('Did you mean "ISBI 2016: 100 Lesion Classification"?');
  });
});

describe("the annotations of a study", () => {
  const STUDY = "ISBI 2016: 100 Lesion Classification";
  const annotations = (...words: string[]) => isic("study", "annotations", ...words, "--no-cache");

  it("as JSON are the server's own, one per line", async () => {
    const { code, out, err } = await annotations(STUDY, ...v1(), "--json");
    expect([code, err]).toEqual([0, ""]);
    const url = `${box.url}/api/v1/annotation?limit=0&studyId=${box.archive.studies[0]!.id}`;
    const served = (await (await fetch(url)).json()) as { _id: string }[];
    const records = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.map(({ _id }) => _id).sort()).toEqual(served.map(({ _id }) => _id).sort());
    expect(records[0]).toMatchObject({ state: "complete", markups: expect.any(Object), responses: expect.any(Object) });
  });

  it("are one list: nothing is asked for that is not shown", async () => {
    const before = box.asked.length;
    expect((await annotations(STUDY, ...v1())).code).toBe(0);
    const asked = box.asked.slice(before).filter((url) => url.includes("/annotation"));
    expect(asked.map((url) => new URL(url).pathname)).toEqual(["/api/v1/annotation"]);
  });

  it("as a table say who answered what, and marked what", async () => {
    const records = (await annotations(STUDY, ...v1(), "--json")).out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { code, out, err } = await annotations(STUDY, ...v1());
    expect([code, err]).toEqual([0, `${records.length} annotations.\n`]);
    const [header, , ...rows] = out.trimEnd().split("\n");
    expect(header).toMatch(/^image +reader +state +answers +marked$/);
    expect(rows).toHaveLength(records.length);
    for (const [i, { image, user, responses = {}, markups = {} }] of records.entries()) {
      const marked = Object.keys(markups).filter((feature) => markups[feature] === true);
      for (const text of [image.name, user.name, ...Object.values<string>(responses), ...marked]) {
        expect(rows[i]).toContain(text);
      }
    }
    expect((await annotations(STUDY, ...v1(), "--quiet")).err).toBe("");
  });

  it("are of v1, and of studies that there are", async () => {
    expect(await annotations(STUDY, ...v2())).toMatchObject({ code: 2, err: expect.stringContaining("--api v1") });
    const { code, err } = await annotations(`${STUDY}s`, ...v1());
    expect([code, err]).toEqual([1, expect.stringContaining(`Did you mean "${STUDY}"?`)]);
  });
});

describe("superpixels", () => {
  it("of a file, as labels and as outlines", async () => {
    await using folder = await temporaryFolder();
    const photo = join(folder.path, "ISIC_0000001.jpg");
    await isic("image", "download", folder.path, ...v2(), "--ids", "ISIC_0000001");
    const [labels, outline] = [join(folder.path, "labels.png"), join(folder.path, "outline.png")];
    const words = ["superpixels", photo, "-o", labels, "--outline", outline, "--segments", "200", "--json"];
    const { code, out } = await isic(...words);
    expect(code).toBe(0);
    const facts = JSON.parse(out);
    expect(facts.superpixels).toBeGreaterThan(150);
    expect(facts.superpixels).toBeLessThan(260);
    const read = await readSuperpixelPng(await readFile(labels));
    expect(read.count).toBe(facts.superpixels);
    const drawn = await nodeCodecs.decode(new Uint8Array(await readFile(outline)));
    expect([drawn.width, drawn.height]).toEqual([read.width, read.height]);
  });

  it("of several photos side by side, into folders; one that is none does not stop the others", async () => {
    await using folder = await temporaryFolder();
    const photos = join(folder.path, "photos");
    await isic("image", "download", photos, ...v2(), "--limit", "3");
    const names = (await readdir(photos)).filter((name) => name.endsWith(".jpg")).sort();
    expect(names).toHaveLength(3);
    const [labels, broken] = [join(folder.path, "labels"), join(folder.path, "broken.jpg")];
    await writeFile(broken, "<html>");
    const words = [...names.map((name) => join(photos, name)), broken];
    const { code, out, err } = await isic("superpixels", ...words, "-o", labels, "--outline", labels, "--json");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/broken\.jpg cannot be decoded: it is an HTML.*\nisic: 1 photo of 4 failed\.\n$/),
    ]);
    const facts = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { name: string; superpixels: number });
    expect(facts.map(({ name }) => `${name}.jpg`).sort()).toEqual(names);
    for (const { name, superpixels } of facts) {
      const alone = await isic("superpixels", join(photos, `${name}.jpg`), "-o", join(folder.path, "one.png"));
      expect(alone.code).toBe(0);
      const together = await readFile(join(labels, `${name}_superpixels.png`));
      expect(together.equals(await readFile(join(folder.path, "one.png")))).toBe(true);
      expect((await readSuperpixelPng(together)).count).toBe(superpixels);
      expect(await readdir(labels)).toContain(`${name}_outlines.png`);
    }
    expect(await isic("superpixels", ...words, "-o", "labels.png")).toMatchObject({
      code: 2,
      err: expect.stringContaining("of several photos, name a folder"),
    });
  });
});
