import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readRecipe } from "isic/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";
import { CTRL_C, CTRL_D, hasTerminal, onATerminal, withoutTerminal } from "./on-a-terminal.ts";

describe.skipIf(!hasTerminal)(`isic dataset init on a terminal${withoutTerminal}`, { timeout: 240_000 }, () => {
  let box: Box;
  beforeAll(async () => {
    box = await startBox();
  });
  afterAll(() => box.close());

  const enter = ["called?", "Which images", "Classes of", "commercially", "longer side", "files lie"].map(
    (each) => [each, "\r"] as const,
  );

  it("takes the ordinary for empty answers, and build takes what it writes as it is", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const { code, shown } = await onATerminal(["dataset", "init", path], ...enter);
    expect([code, shown.split("\r\n")]).toEqual([
      0,
      [
        "What is the set called? [Melanoma and nevi] ",
        expect.stringMatching(/^Which images, in the archive's search language\? \[diagnosis_2:.*\] $/),
        "Classes of a challenge (isic2016, isic2017, isic2018, isic2019, isic2020, isic2024)? [rules of your own] ",
        "Only what may be used commercially, y or n? [n] ",
        "Pixels of the longer side? [512] ",
        "How do files lie (image-folder, hugging-face, coco, webdataset, flat)? [image-folder] ",
        `${path} is written. Look at it, then: isic dataset build ${path} FOLDER`,
        "",
      ],
    ]);
    const words = ["dataset", "build", path, join(folder.path, "set"), "--server", `${box.url}/api/v2`];
    expect((await isic(...words, "--dry-run")).code).toBe(0);
    const built = await isic(...words);
    expect([built.code, built.out]).toEqual([0, expect.stringMatching(/\nNevus +\d+ +\d+ +\d+/)]);
  });

  it("asks again after a wrong answer, and says what is expected", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const { code, shown } = await onATerminal(
      ["dataset", "init", path],
      ["called?", 'Näevi: "1" # all\r'],
      ["Which images", "sex:(\r"],
      ["not readable at position 4", "sex:female AND age_approx:[30 TO *]\r"],
      ["Classes of", "isic2091\r"],
      ["Did you mean isic2019?", "isic2019\r"],
      ["commercially", "maybe\r"],
      ["Answer y or n.", "Yes\r"],
      ["longer side", "20000\r"],
      ["Expected a whole number from 8 to 16384.", "64\r"],
      ["files lie", "shards\r"],
      ["Expected one of image-folder, hugging-face, coco, webdataset, flat.", "webdataset\r"],
    );
    expect([code, shown.includes("is written")]).toEqual([0, true]);
    expect(readRecipe(await readFile(path, "utf8"))).toMatchObject({
      title: 'Näevi: "1" # all',
      selection: { search: "sex:female AND age_approx:[30 TO *]" },
      labels: { challenge: "isic2019" },
      licences: { commercial: true },
      image: { size: 64 },
      layout: "webdataset",
    });
  });

  it.each([
    ["at once", [["called?", CTRL_C]]],
    [
      "later",
      [
        ["called?", "x\r"],
        ["Which images", CTRL_C],
      ],
    ],
    [
      "at the end of the input",
      [
        ["called?", "x\r"],
        ["Which images", CTRL_D],
      ],
    ],
    ["at the last question", [...enter.slice(0, -1), ["files lie", CTRL_C]]],
  ] as const)("ends with 130 and writes nothing when it is stopped %s", async (_, answers) => {
    await using folder = await temporaryFolder();
    const { code, shown, echoes } = await onATerminal(["dataset", "init", join(folder.path, "a.yaml")], ...answers);
    expect([code, echoes, shown]).toEqual([130, true, expect.stringMatching(/\r\nisic: Stopped\.\r\n$/)]);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("asks nothing where the file is there, but with --force, nor where there is no folder for it", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await writeFile(path, "mine");
    const refused = await onATerminal(["dataset", "init", path]);
    expect([refused.code, refused.shown]).toEqual([
      2,
      `isic: ${path} is there already: name another file, remove it, or write over it with --force.\r\n`,
    ]);
    expect(await readFile(path, "utf8")).toBe("mine");
    expect((await onATerminal(["dataset", "init", path, "--force"], ...enter)).code).toBe(0);
    expect(readRecipe(await readFile(path, "utf8")).title).toBe("Melanoma and nevi");
    const nowhere = await onATerminal(["dataset", "init", join(folder.path, "none", "a.yaml")]);
    expect([nowhere.code, nowhere.shown]).toEqual([
      1,
      expect.stringMatching(/^isic: There is no file or folder .*none\.\r\n$/),
    ]);
  });

  it("asks only what no option says, and nothing where it may not", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const some = ["--title", "T", "--search", "sex:male", "--labels", "isic2016", "--commercial", "--size", "32"];
    const { code, shown } = await onATerminal(["dataset", "init", path, ...some], ["files lie", "flat\r"]);
    expect([code, shown.match(/\?/g)?.length]).toEqual([0, 1]);
    const json = await onATerminal(["dataset", "init", path, "--force", "--json"]);
    expect([json.code, json.shown]).toEqual([0, `${JSON.stringify({ recipe: path })}\r\n`]);
  });
});
