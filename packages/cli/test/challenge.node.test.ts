import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TASKS, writeMask } from "@isic/challenge/node";
import { decodeRgb, writeSuperpixelPng } from "@isic/core-wasm";
import { downloadZip } from "client-zip";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startArchive } from "../src/box/archive.ts";
import { main } from "../src/index.ts";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";
import { recordingTerminal } from "./terminal.ts";

type Files = Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

const at = (name: string): string => join(folder.path, name);

async function folderOf(name: string, files: Files): Promise<string> {
  for (const [each, content] of Object.entries(files)) {
    await mkdir(dirname(at(join(name, each))), { recursive: true });
    await writeFile(at(join(name, each)), content);
  }
  return at(name);
}

async function zipOf(name: string, files: Files): Promise<string> {
  const inputs = Object.entries(files).map(([each, input]) => ({ name: each, input }));
  await writeFile(at(name), new Uint8Array(await downloadZip(inputs).arrayBuffer()));
  return at(name);
}

const json = (value: unknown): string => JSON.stringify(value);
const mask = (pixels: readonly number[], width = 4): Promise<Uint8Array<ArrayBuffer>> =>
  writeMask({ width, height: pixels.length / width, channels: 1, data: Uint8Array.from(pixels) });

/** Two images of three superpixels, as 2017's part 2 has them. */
const NONE = { pigment_network: [0, 0, 0], negative_network: [0, 0, 0], milia_like_cyst: [0, 0, 0] };
const TRUTH = {
  "Part2/ISIC_0000001_features.json": json({ ...NONE, pigment_network: [0, 1, 1], streaks: [1, 0, 0] }),
  "Part2/ISIC_0000002_features.json": json({ ...NONE, streaks: [0, 1, 0] }),
};
const ANSWER = {
  "ISIC_0000001.json": json({ ...NONE, pigment_network: [0.1, 0.9, 0.4], streaks: [0.8, 0.2, 0.1] }),
  "ISIC_0000002.json": json({ ...NONE, streaks: [0.3, 0.3, 0.3] }),
};

describe("score", () => {
  it("is a table of groups and metrics, and the one value that decides the rank", async () => {
    const [truth, answer] = [await zipOf("truth.zip", TRUTH), await zipOf("answer.zip", ANSWER)];
    const { code, out, err } = await isic("challenge", "score", truth, answer, "--task", "2017-2");
    expect(code).toBe(0);
    expect(out.split("\n")).toEqual([
      "                  accuracy  sensitivity  specificity  average precision     AUC",
      "----------------  --------  -----------  -----------  -----------------  ------",
      "pigment_network     0.8333       0.5000       1.0000             1.0000  1.0000",
      "negative_network    1.0000            -       1.0000                  -       -",
      "milia_like_cyst     1.0000            -       1.0000                  -       -",
      "streaks             0.8333       0.5000       1.0000             0.7500  0.8750",
      "mean                0.9167       0.5000       1.0000             0.8750  0.9375",
      "",
      "Task 2017-2 is ranked by mean AUC: 0.9375 (2 images).",
      "",
    ]);
    expect(err).toBe("note: - is where a value is undefined, such as a sensitivity without positives.\n");
    expect((await isic("challenge", "score", truth, answer, "--task", "2017-2", "--quiet")).err).toBe("");
  });

  it("--json: everything, each image's scores too", async () => {
    const [truth, answer] = [await folderOf("truth", TRUTH), await folderOf("answer", ANSWER)];
    const { code, out, err } = await isic("challenge", "score", truth, answer, "--task", "2017-2", "--json");
    expect([code, err, out.split("\n").length]).toEqual([0, "", 2]);
    const { groups, perImage, ...score } = JSON.parse(out);
    expect(score).toEqual({
      task: "2017-2",
      rankedBy: "auc",
      rankedGroup: "mean",
      overall: 0.9375,
      images: 2,
      mistakes: [],
      refused: false,
    });
    expect(groups.negative_network).toEqual({
      accuracy: 1,
      sensitivity: null,
      specificity: 1,
      averagePrecision: null,
      auc: null,
    });
    expect(perImage).toHaveLength(8);
    expect(perImage[0]).toMatchObject({ image: "ISIC_0000001", feature: "pigment_network" });
  });

  it("stays within a narrow terminal: tables below each other", async () => {
    const [truth, answer] = [await folderOf("truth", TRUTH), await folderOf("answer", ANSWER)];
    const screen = recordingTerminal({ isTTY: true, columns: 50 });
    expect(await main(["challenge", "score", truth, answer, "--task", "2017-2"], screen)).toBe(0);
    const lines = screen.text().replaceAll("\r", "").split("\n");
    for (const line of lines.filter((each) => !each.startsWith("Task "))) expect(line.length).toBeLessThanOrEqual(50);
    expect(lines.filter((line) => line.startsWith("streaks"))).toEqual([
      "streaks             0.8333       0.5000",
      "streaks                1.0000             0.7500",
      "streaks           0.8750",
    ]);
  });

  it("has a row for a group only where the group has such a metric", async () => {
    const header = "image,MEL,NV,BCC,AKIEC,BKL,DF,VASC";
    const row = (image: number, right: number) =>
      `ISIC_000000${image},${Array.from({ length: 7 }, (_, i) => (i === right ? "1.0" : "0.0")).join(",")}`;
    const rows = [header, ...[0, 1, 2, 3, 4, 5, 6].map((right) => row(right, right))].join("\n");
    const truth = await folderOf("truth", { "t.csv": rows });
    const score = async (columns: number) => {
      const screen = recordingTerminal({ isTTY: true, columns });
      expect(await main(["challenge", "score", truth, truth, "--task", "2018-3", "--quiet"], screen)).toBe(0);
      return screen.text().split("\n");
    };
    expect((await score(200)).filter((line) => line.startsWith("all "))).toEqual(["all                       1.0000"]);
    const narrow = await score(60);
    expect(narrow.filter((line) => line.startsWith("all "))).toHaveLength(1);
    expect(narrow.filter((line) => line.startsWith("MEL ")).length).toBeGreaterThan(1);
    expect(narrow.at(-2)).toBe("Task 2018-3 is ranked by balanced accuracy: 1 (7 images).");
  });

  it("lists every mistake that a submission is refused for, and gives no scores", async () => {
    const [truth, answer] = [
      await zipOf("truth.zip", TRUTH),
      await zipOf("answer.zip", {
        "ISIC_0000001.json": json({ ...NONE, pigment_network: [0, 1.5, 0], negative_network: [0, 0] }),
        "notes.txt": "see our paper",
      }),
    ];
    const said = [
      '"notes.txt" counts nothing: it answers nothing that was asked.',
      '"ISIC_0000001.json": pigment_network has 1.5 for superpixel 1; values are from 0 to 1.',
      '"ISIC_0000001.json": negative_network has 2 values; it should have one per superpixel, 3.',
      '"ISIC_0000001.json" has no array of streaks; the file\'s keys should be pigment_network, negative_network',
      "ISIC_0000002: no file of the submission has its number in its name",
    ];
    for (const verb of [
      ["score", truth, answer],
      ["check", answer, "--truth", truth],
    ]) {
      const { code, out, err } = await isic("challenge", ...verb, "--task", "2017-2");
      expect([code, out.trim().split("\n").length]).toEqual([1, 5]);
      for (const sentence of said) expect(out).toContain(sentence);
      expect(err).toContain(`isic: ${answer} has 5 mistakes: the scorer of 2017-2 refuses it for 4 of them.`);
      const asJson = await isic("challenge", ...verb, "--task", "2017-2", "--json");
      expect(asJson.code).toBe(1);
      const { mistakes, ...rest } = JSON.parse(asJson.out);
      expect(rest).toEqual({ task: "2017-2", refused: true });
      expect(mistakes.map(({ message }: { message: string }) => message).join("\n")).toBe(out.trim());
    }
  });

  it("mistakes that the scorer passed over are notes beside the scores", async () => {
    const png = await mask([0, 255, 255, 0]);
    const truth = await folderOf("truth", { "ISIC_0000001_segmentation.png": png });
    const answer = await folderOf("answer", { "ISIC_0000001.png": await mask([0, 255, 200, 7]), "x.txt": "" });
    const { code, out, err } = await isic("challenge", "score", truth, answer, "--task", "2017-1");
    expect([code, out]).toEqual([0, expect.stringContaining("ranked by mean Jaccard: 1 (1 image).")]);
    expect(err.split("\n")).toEqual([
      expect.stringMatching(/^note: "x\.txt" counts nothing/),
      expect.stringMatching(/^note: "ISIC_0000001\.png" has .*grey value/),
      "",
    ]);
    const checked = await isic("challenge", "check", answer, "--truth", truth, "--task", "2017-1");
    expect([checked.code, checked.err]).toEqual([
      1,
      `isic: ${answer} has 2 mistakes: the scorer of 2017-1 takes it all the same.\n`,
    ]);
  });

  it("a ground truth that is none: everything that is wrong with it", async () => {
    const truth = await folderOf("truth", { "t.csv": "image_name,target\nISIC_0000001,0.5\nISIC_0000002,x\n" });
    const answer = await folderOf("answer", { "a.csv": "image_name,target\nISIC_0000001,0.5\nISIC_0000002,0\n" });
    const { code, out, err } = await isic("challenge", "score", truth, answer, "--task", "2020");
    expect([code, out.trim().split("\n").length]).toEqual([1, 2]);
    expect(err).toBe(`isic: ${truth} is no ground truth of task 2020: 2 mistakes.\n`);
    const asJson = await isic("challenge", "check", answer, "--truth", truth, "--task", "2020", "--json");
    expect([asJson.code, JSON.parse(asJson.out).truthMistakes.length]).toEqual([1, 2]);
  });
});

describe("check", () => {
  it("says that nothing is wrong", async () => {
    const answer = await zipOf("answer.zip", ANSWER);
    const { code, out, err } = await isic("challenge", "check", answer, "--task", "2017-2");
    expect([code, out, err]).toEqual([0, `${answer}: nothing is wrong with it.\n`, ""]);
    const asJson = await isic("challenge", "check", answer, "--task", "2017-2", "--json");
    expect([asJson.code, JSON.parse(asJson.out)]).toEqual([0, { task: "2017-2", refused: false, mistakes: [] }]);
  });

  it("names of files steer no terminal", async () => {
    const answer = await zipOf("answer.zip", { ...ANSWER, "notes\u001b[31m\u202e.txt": "x" });
    const { code, out } = await isic(
      "challenge",
      "check",
      answer,
      "--task",
      "2017-2",
      "--truth",
      await zipOf("t.zip", TRUTH),
    );
    expect([code, out]).toEqual([1, expect.stringContaining("counts nothing")]);
    for (const obeyed of ["\u001b", "\u202e"]) expect(out).not.toContain(obeyed);
  });
});

describe("import", () => {
  /** The header of a JPEG file of 4 x 1 pixels: nothing more of a photo is looked at. */
  const jpeg = new Uint8Array([255, 216, 255, 192, 0, 11, 8, 0, 1, 0, 4, 1, 1, 17, 0, 255, 217]);
  const images = async () =>
    zipOf("data.zip", {
      "Data/ISIC_0000001.jpg": jpeg,
      "Data/ISIC_0000001_superpixels.png": await writeSuperpixelPng(
        decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0, 2, 0, 0, 2, 0, 0]), 4, 1),
      ),
    });

  it("makes a folder that is served, of several tasks", async () => {
    const masks = await zipOf("part1.zip", { "ISIC_0000001_segmentation.png": await mask([0, 255, 255, 0]) });
    const box = at("box");
    const first = await isic("challenge", "import", masks, box, "--images", await images(), "--task", "2017-1");
    expect(first).toEqual({
      code: 0,
      out: `1 image of task 2017-1 in ${box}: 1 photo, 1 superpixel map, 1 lesion mask.\n`,
      err: `Try: isic serve --data ${box}\n`,
    });
    const second = await isic(
      "challenge",
      "import",
      await zipOf("part2.zip", TRUTH),
      box,
      "--task",
      "2017-2",
      "--json",
    );
    expect(second.err).toBe(`isic: 1 file left out of ${box}.\n`);
    expect([second.code, JSON.parse(second.out)]).toEqual([
      1,
      {
        task: "2017-2",
        folder: box,
        images: 2,
        photos: 0,
        superpixels: 0,
        masks: 0,
        features: 1,
        mistakes: [expect.objectContaining({ kind: "missing-image", image: "ISIC_0000002" })],
      },
    ]);
    expect((await readdir(box)).sort()).toEqual([
      "features",
      "images",
      `imcache_${"0".repeat(24)}.json.gz`,
      "masks",
      `sgcache_${"0".repeat(24)}.json.gz`,
      "studies.json",
      "superpixels",
    ]);
    const archive = await startArchive({ port: 0, data: box });
    try {
      const server = ["--api", "v1", "--server", archive.url, "--no-cache"];
      const { out } = await isic("study", "annotations", "ISIC Challenge 2017-2", ...server);
      expect(out).toMatch(/^ISIC_0000001 +\S.* +complete +.*pigment_network, streaks$/m);
      const { out: record } = await isic("image", "show", "ISIC_0000002", ...server, "--json");
      expect(JSON.parse(record)).toMatchObject({ name: "ISIC_0000002", dataset: { license: "CC-0" } });
    } finally {
      await archive.close();
    }
  });

  it("says what was left out, a sentence each", async () => {
    const four = Object.fromEntries([...Object.keys(NONE), "streaks"].map((feature) => [feature, [0, 1, 0, 1]]));
    const truth = await folderOf("truth", { ...TRUTH, "Part2/ISIC_0000001_features.json": json(four) });
    const words = ["challenge", "import", truth, at("box"), "--images", await images(), "--task", "2017-2"];
    const { code, out, err } = await isic(...words);
    expect([code, err]).toEqual([1, `isic: 2 files left out of ${at("box")}.\n`]);
    expect(out).toContain(
      'ISIC_0000001_features.json" is left out: it has arrays of 4 values, the image has 3 superpixels.',
    );
    expect(out).toContain("ISIC_0000002_superpixels.png is not there");
  });

  it("goes into no folder that is its ground truth, but into one that has the images", async () => {
    const truth = await folderOf("truth", TRUTH);
    for (const target of [truth, join(truth, "Part2", "new"), join(truth, ".")]) {
      const { code, err } = await isic("challenge", "import", truth, target, "--task", "2017-2");
      const said = `isic: ${target} is the ground truth itself, or lies in it: name another folder.\n`;
      expect([code, err]).toEqual([2, said]);
    }
    expect((await readdir(truth, { recursive: true })).length).toBe(3);
    const data = await folderOf("data", { "ISIC_0000001.jpg": jpeg });
    const masks = await folderOf("masks", { "ISIC_0000001_segmentation.png": await mask([0, 255, 255, 0]) });
    for (const run of [1, 2]) {
      const { code, out } = await isic("challenge", "import", masks, data, "--images", data, "--task", "2017-1");
      expect([run, code, out]).toEqual([run, 0, `1 image of task 2017-1 in ${data}: 1 photo, 1 lesion mask.\n`]);
    }
  });
});

describe("what is not understood", () => {
  it.each([
    ["2017-4", "Did you mean 2017-1 or 2017-2 or 2017-3?"],
    ["isic2017_part2", "Did you mean 2017-2?"],
    ["17-2", "Did you mean 2017-2?"],
    ["2016 part 2B", "Did you mean 2016-2b?"],
    ["2018", "Did you mean 2018-1 or 2018-2 or 2018-3?"],
    ["2020-1", "Did you mean 2020?"],
  ])("--task %j: lists the tasks, and says: %s", async (task, hint) => {
    for (const words of [
      ["score", "a", "b"],
      ["check", "a"],
      ["import", "a", "b"],
    ]) {
      const { code, out, err } = await isic("challenge", ...words, "--task", task);
      const list = `isic: --task: There is no task "${task}"; the tasks are ${TASKS.join(", ")}. ${hint}\n`;
      expect([code, out, err.toLowerCase()]).toEqual([2, "", list.toLowerCase()]);
    }
  });

  it.each([
    [["score", "a", "b"], "--task is missing; the tasks are 2016-1, 2016-2, "],
    [["score", "a", "--task", "2020"], "missing required argument 'submission'"],
    [["check", "", "--task", "2020"], "It is empty."],
    [["check", "a", "--truth", "", "--task", "2020"], "It is empty."],
    [["import", "a", "", "--task", "2020"], "It is empty."],
  ])("%j", async (words, said) => {
    const { code, err } = await isic("challenge", ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(said)]);
  });

  it("a task in capitals is understood", async () => {
    const answer = await folderOf("answer", {});
    await mkdir(answer, { recursive: true });
    expect((await isic("challenge", "check", answer, "--task", "2016-2B")).code).not.toBe(2);
  });

  it("a file that is not there, a broken ZIP file", async () => {
    const answer = await folderOf("answer", ANSWER);
    const missing = await isic("challenge", "score", at("no.zip"), answer, "--task", "2017-2");
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining(`There is no "`)]);
    await writeFile(at("cut.zip"), (await readFile(await zipOf("truth.zip", TRUTH))).subarray(0, 100));
    const cut = await isic("challenge", "score", at("cut.zip"), answer, "--task", "2017-2");
    expect([cut.code, cut.err]).toEqual([1, expect.stringContaining("cut.zip")]);
    expect(cut.err).not.toContain("--debug");
  });

  it("the tasks offered are those that there are", async () => {
    const { out } = await isic("challenge", "score", "--help");
    const shown = /--task.*?\(choices: (.*?)\)/s.exec(out)?.[1];
    expect(shown?.match(/20[\w-]+/g)).toEqual([...TASKS]);
  });
});

it("progress is on stderr, on a terminal only, and a stop leaves no half file", async () => {
  const [truth, answer] = [await folderOf("truth", TRUTH), await folderOf("answer", ANSWER)];
  const words = ["challenge", "score", truth, answer, "--task", "2017-2", "--json"];
  const screen = recordingTerminal({ isTTY: true });
  expect(await main(words, screen)).toBe(0);
  expect(screen.errors()).toContain("scoring");
  expect(screen.errors()).toContain("2/2");
  const stopped = recordingTerminal();
  stopped.abort();
  expect(await main(["challenge", "import", truth, at("box"), "--task", "2017-2"], stopped)).toBe(130);
  expect(stopped.errors()).toBe("isic: Stopped.\n");
});
