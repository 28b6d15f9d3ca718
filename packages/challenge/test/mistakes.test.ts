import type { Raster } from "@isic/core-wasm";
import { beforeAll, describe, expect, test } from "vitest";
import {
  checkSubmission,
  type Mistake,
  type MistakeKind,
  SubmissionError,
  scoreSubmission,
  type TaskName,
  TruthError,
  writeMask,
} from "../src/index.ts";
import { bytes, files, json, mask } from "./drawn.ts";

type Files = { readonly [name: string]: string | Uint8Array<ArrayBuffer> };

let png: Uint8Array<ArrayBuffer>;
let wide: Uint8Array<ArrayBuffer>;
let gray: Uint8Array<ArrayBuffer>;
/** An RGB PNG of one pixel. */
const rgb = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"),
  (each) => each.charCodeAt(0),
);

beforeAll(async () => {
  const shaded: Raster = { width: 2, height: 2, channels: 1, data: Uint8Array.from([0, 255, 200, 7]) };
  [png, wide, gray] = await Promise.all([writeMask(mask("10/01")), writeMask(mask("101/010")), writeMask(shaded)]);
});

const short = ({ kind, image, feature, row, refused }: Mistake) =>
  [kind, image, feature, row, refused ? "refused" : "scored"].filter((each) => each !== undefined).join(" ");

async function mistakesOf(task: TaskName, truth: Files, submission: Files): Promise<readonly Mistake[]> {
  const [known, given] = [files(truth, "truth.zip"), files(submission)];
  const mistakes = await checkSubmission(task, known, given);
  const score = scoreSubmission(task, known, given);
  if (mistakes.some(({ refused }) => refused)) {
    const error = await score.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SubmissionError);
    expect(error).toMatchObject({ tag: "SubmissionError", mistakes });
    expect((error as SubmissionError).message).toContain(mistakes[0]?.message.slice(0, 20));
  } else expect((await score).mistakes).toEqual(mistakes);
  return mistakes;
}

describe("masks", () => {
  test("everything that is wrong is listed, in the order of the images", async () => {
    const names = [1, 2, 3, 4, 5, 6, 7].map((i) => `ISIC_000000${i}_segmentation.png`);
    const mistakes = await mistakesOf("2018-1", Object.fromEntries(names.map((name) => [name, png])), {
      "ISIC_0000001_segmentation.png": png,
      "ISIC_0000003_a.png": png,
      "deep/ISIC_0000003_b.png": png,
      "ISIC_0000004.png": wide,
      "ISIC_0000005.png": rgb,
      "ISIC_0000006.png": png.slice(0, 50),
      "ISIC_0000007.jpg": Uint8Array.from([0xff, 0xd8, 0xff]),
      "ISIC_0000009.png": png,
      "notes.txt": "no",
      "__MACOSX/ISIC_0000001_segmentation.png": "x",
      ".DS_Store": "x",
      "ATTRIBUTION.txt": "x",
    });
    expect(mistakes.map(short)).toEqual([
      "extra-image scored",
      "missing-image ISIC_0000002 refused",
      "two-files ISIC_0000003 refused",
      "other-size ISIC_0000004 refused",
      "not-gray ISIC_0000005 refused",
      "unreadable ISIC_0000006 refused",
      "unreadable ISIC_0000007 refused",
      "extra-image ISIC_0000009 scored",
    ]);
    const [notes, missing, two, size, colour, cut, jpeg, extra] = mistakes.map(({ message }) => message);
    expect(notes).toBe('"notes.txt" counts nothing: it answers nothing that was asked.');
    expect(missing).toMatch(/ISIC_0000002: no file .* such as ISIC_0000002_segmentation\.png/);
    expect(two).toMatch(/2 files .* "ISIC_0000003_a\.png", "deep\/ISIC_0000003_b\.png"; leave one/);
    expect(size).toMatch(/"ISIC_0000004.png" has 3 x 2 pixels, the image has 2 x 2/);
    expect(colour).toMatch(/is an RGB picture; a mask is a grey PNG/);
    expect(cut).toMatch(/"ISIC_0000006.png" cannot be read as a mask: .* ends after 50 bytes/);
    expect(jpeg).toMatch(/is a JPEG, which changes pixels/);
    expect(extra).toMatch(/counts nothing: ISIC_0000009 is not in the ground truth/);
  });

  test.each([
    ["2016-1", "refused"],
    ["2017-1", "scored"],
    ["2018-1", "scored"],
  ] as const)("other grey values: %s %s", async (task, verdict) => {
    const [only, ...others] = await mistakesOf(task, { "ISIC_0000001_s.png": png }, { "ISIC_0000001_s.png": gray });
    expect(others).toEqual([]);
    expect(short(only as Mistake)).toBe(`other-gray-values ISIC_0000001 ${verdict}`);
    expect(only?.message).toMatch(/grey value 200; a mask has 0 outside and 255 inside/);
  });

  test("a feature of an image is missing, another is there twice, a third belongs to nothing", async () => {
    const truth = {
      "ISIC_0000001_attribute_streaks.png": png,
      "ISIC_0000001_attribute_globules.png": png,
      "ISIC_0000001_attribute_pigment_network.png": png,
      "ISIC_0000001_superpixels.png": png,
      "ISIC_0000001.jpg": "photo",
    };
    const mistakes = await mistakesOf("2018-2", truth, {
      "ISIC_0000001_attribute_globules.png": png,
      "ISIC_0000001_attribute_GLOBULES_2.png": png,
      "ISIC_0000001_attribute_pigment_network.png": png,
      "ISIC_0000001_attribute_dots.png": png,
    });
    expect(mistakes.map(short).sort()).toEqual([
      "extra-image ISIC_0000001 scored",
      "missing-image ISIC_0000001 streaks refused",
      "two-files ISIC_0000001 globules refused",
    ]);
  });
});

describe("arrays over superpixels", () => {
  const right = { globules: [0, 1, 0], streaks: [1, 0, 1] };
  const truth = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => [`ISIC_000000${i}.json`, json(right)]));

  test("everything that is wrong is listed", async () => {
    const mistakes = await mistakesOf("2016-2", truth, {
      "ISIC_0000001.json": json({ globules: [0, 0.5], streaks: [0, 0, 0, 1] }),
      "ISIC_0000002.json": json({ globules: [0, 1, 0] }),
      "ISIC_0000003.json": json({ globules: "many", streaks: { 0: 1 } }),
      "ISIC_0000004.json": json({ globules: [0, 1.5, -1], streaks: ["0.5", null, 1] }),
      "ISIC_0000005.json": '{"globules": [0, NaN, 1], "streaks": [0, 0, 0]}',
      "ISIC_0000006.json": "globules: 1",
      "ISIC_0000007.json": "[1, 2, 3]",
      "ISIC_0000008.json": Uint8Array.from([0xff, 0xfe, 0x7b]),
      "ISIC_0000009.json": json({ ...right, milia: [0, 0, 0] }),
    });
    expect(mistakes.map(short)).toEqual([
      "wrong-length ISIC_0000001 globules refused",
      "wrong-length ISIC_0000001 streaks refused",
      "missing-key ISIC_0000002 streaks refused",
      "not-an-array ISIC_0000003 globules refused",
      "not-an-array ISIC_0000003 streaks refused",
      "out-of-range ISIC_0000004 globules refused",
      "not-a-number ISIC_0000004 streaks refused",
      "not-a-number ISIC_0000005 refused",
      "unreadable ISIC_0000006 refused",
      "unreadable ISIC_0000007 refused",
      "unreadable ISIC_0000008 refused",
      "unknown-key ISIC_0000009 scored",
    ]);
    const sentences = mistakes.map(({ message }) => message);
    expect(sentences[0]).toBe('"ISIC_0000001.json": globules has 2 values; it should have one per superpixel, 3.');
    expect(sentences[5]).toMatch(/globules has 1\.5 for superpixel 1 and 1 more such values; values are from 0 to 1/);
    expect(sentences[6]).toMatch(/streaks has "0\.5" for superpixel 0 and 1 more such values; values are numbers/);
    expect(sentences[7]).toMatch(/has the value NaN/);
    expect(sentences[11]).toMatch(
      /has "milia", which the task does not ask for; its features are globules and streaks/,
    );
  });

  test("without a ground truth: what the submission alone shows", async () => {
    const submission = files({
      "ISIC_0000001.json": json({ globules: [0, 0.5], streaks: [0, 0, 0] }),
      "ISIC_0000002.json": json(right),
      "ISIC_0000002_b.json": json(right),
    });
    const mistakes = await checkSubmission("2016-2", undefined, submission);
    expect(mistakes.map(short)).toEqual([
      "wrong-length ISIC_0000001 streaks refused",
      "two-files ISIC_0000002 refused",
    ]);
    expect(mistakes[0]?.message).toMatch(/streaks has 3 values; .*, 2, as the first array of the file/);
  });
});

describe("tables", () => {
  const header = "image,MEL,NV,BCC,AKIEC,BKL,DF,VASC";
  const truth = {
    "ISIC2018_Task3_Test_GroundTruth/ISIC2018_Task3_Test_GroundTruth.csv": `${header}\n${[1, 2, 3, 4, 5, 6, 7]
      .map((i) => `ISIC_000000${i},1.0,0.0,0.0,0.0,0.0,0.0,0.0`)
      .join("\n")}\n`,
    "LICENSE.txt": "CC",
  };
  const row = (image: string, first = "0.4") => `${image},${first},0.1,0.1,0.1,0.1,0.1,0.1`;

  test("everything that is wrong with the rows is listed", async () => {
    const lines = [
      header,
      row("ISIC_0000001.jpg"),
      row("ISIC_0000002", "yes"),
      row("ISIC_0000003", "1.01"),
      row("ISIC_0000001"),
      row("ISIC_0000004", "nan"),
      `${row("ISIC_0000005")},1`,
      "",
      row("ISIC_0000006", ""),
      row("", "0.4"),
      row("ISIC_0000099"),
    ];
    const mistakes = await mistakesOf("2018-3", truth, { "answer.csv": `\ufeff${lines.join("\r\n")}` });
    expect(mistakes.map(short)).toEqual([
      "missing-image ISIC_0000007 refused",
      "extra-image ISIC_0000099 refused",
      "not-a-number ISIC_0000002 MEL 3 refused",
      "out-of-range ISIC_0000003 MEL 4 refused",
      "duplicate-row ISIC_0000001 5 refused",
      "not-a-number ISIC_0000004 MEL 6 refused",
      "wrong-cells ISIC_0000005 7 refused",
      "not-a-number ISIC_0000006 MEL 9 refused",
      "no-image-name 10 refused",
    ]);
    expect(mistakes[4]?.message).toBe(
      '"answer.csv", line 5, is about ISIC_0000001, as line 2 is; each image has one row.',
    );
  });

  test.each<[string, string, readonly MistakeKind[], RegExp]>([
    ["a column is missing", "image,MEL,NV,BCC,AKIEC,BKL,DF", ["missing-column"], /no column VASC/],
    ["one is unknown", `${header},AK`, ["unknown-column"], /a column "AK"; its columns should be image, MEL/],
    ["one is there twice", `${header},MEL`, ["duplicate-column"], /the column "MEL" twice/],
    ["no image column", header.replace("image", "name"), ["missing-column", "unknown-column"], /image or lesion_id/],
    ["semicolons", header.replaceAll(",", ";"), ["missing-column"], /parted by commas/],
    ["an open quote", `${header}\n"ISIC_0000001,1`, ["unreadable"], /line 2, has a quote that never closes/],
    ["an empty file", "", ["unreadable"], /is empty/],
    ["a row without end", `${header}\n${",".repeat(20_000)}`, ["too-large"], /line 2, has more than 10000 cells/],
    ["a huge cell", `${header}\n${"9".repeat(20_000)}`, ["too-large"], /20000 characters, more than maxCellLength/],
  ])("%s", async (_, text, kinds, message) => {
    const mistakes = await mistakesOf("2018-3", truth, { "answer.csv": text });
    for (const kind of kinds) expect(mistakes.map((each) => each.kind)).toContain(kind);
    expect(mistakes.map((each) => each.message).join("\n")).toMatch(message);
  });

  test("2017's scorer took columns by their place, whatever the header says", async () => {
    const truth = { "t.csv": "image_id,melanoma,seborrheic_keratosis\nISIC_0000001,1,0\nISIC_0000002,0,1\n" };
    const given = "image,mel,sk\nISIC_0000001,0.9,0.1\nISIC_0000002,0.1,0.9\n";
    const mistakes = await mistakesOf("2017-3", truth, { "a.csv": given });
    expect(mistakes.map(short)).toEqual(["unknown-column 1 scored", "unknown-column 1 scored"]);
    expect((await scoreSubmission("2017-3", files(truth), files({ "a.csv": given }))).overall).toBe(1);
    const few = await mistakesOf("2017-3", truth, { "a.csv": "image,mel\nISIC_0000001,0.9\n" });
    expect(few.map(({ kind }) => kind)).toContain("missing-column");
  });

  test("2016's images are found by their digits", async () => {
    const truth = { "t.csv": "ISIC_0000001,1.0\nISIC_0000002,0.0\n" };
    expect(await mistakesOf("2016-3", truth, { "a.csv": "0000002,0.1\nISIC-0000001.jpg,0.9\n" })).toEqual([]);
  });

  test("no table, two tables", async () => {
    expect((await mistakesOf("2019", { "t.csv": nine("1.0") }, {})).map(short)).toEqual(["no-table refused"]);
    const two = await mistakesOf("2019", { "t.csv": nine("1.0") }, { "a.csv": nine("1.0"), "b.csv": nine("1.0") });
    expect(two.map(short)).toEqual(["two-tables refused"]);
    expect(two[0]?.message).toMatch(/has 2 CSV files, "a\.csv" and "b\.csv"; it should have one/);
  });

  const nine = (value: string) => `image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK\nISIC_0000001${`,${value}`.repeat(9)}\n`;

  test.each<[TaskName, string, string, string]>([
    [
      "2016-3",
      "ISIC_0000001,0.0\nISIC_0000002,1.0\n",
      "ISIC_0000001,0.1\nISIC_0000002,1\nISIC_0000003,0.5\n",
      "scored",
    ],
    [
      "2017-3",
      "image_id,melanoma,seborrheic_keratosis\nISIC_0000001,0.0,1.0\nISIC_0000002,1.0,0.0\n",
      "ISIC_0000001,0.1,0\nISIC_0000002,1,0.5\nISIC_0000003,0.5,0\n",
      "scored",
    ],
    [
      "2020",
      "image_name,patient_id,sex,target\nISIC_0000001,IP_1,male,0\nISIC_0000002,IP_2,female,1\n",
      "image_name,target\nISIC_0000001,0.1\nISIC_0000002,0.2\nISIC_0000003,0.5\n",
      "refused",
    ],
    [
      "2024",
      "isic_id,malignant\nISIC_0000001,0.0\nISIC_0000002,1.0\n",
      "isic_id,target\nISIC_0000001,0.1\nISIC_0000002,0.2\nISIC_0000003,0.5\n",
      "refused",
    ],
  ])("a row too many: %s", async (task, known, given, verdict) => {
    const mistakes = await mistakesOf(task, { "GroundTruth.csv": known }, { "answer.csv": given });
    expect(mistakes.map(short)).toEqual([`extra-image ISIC_0000003 ${verdict}`]);
  });
});

describe("a ground truth that is none", () => {
  test.each<[string, TaskName, Files, MistakeKind]>([
    ["has no file of the task", "2017-1", { "ISIC_0000001.json": "{}" }, "missing-image"],
    ["has a mask that is none", "2017-1", { "ISIC_0000001_segmentation.png": "x" }, "unreadable"],
    ["has an image twice", "2017-1", { "ISIC_0000001_a.png": "", "ISIC_0000001_b.png": "" }, "two-files"],
    [
      "has values between 0 and 1",
      "2016-2",
      { "ISIC_0000001.json": '{"globules":[0.5],"streaks":[0]}' },
      "out-of-range",
    ],
    ["has values between 0 and 1", "2016-3", { "t.csv": "ISIC_0000001,0.5" }, "out-of-range"],
    ["has no table", "2020", {}, "no-table"],
    ["has a table without rows", "2020", { "t.csv": "image_name,target\n" }, "missing-image"],
  ])("%s (%s)", async (_, task, truth, kind) => {
    const answers =
      task === "2016-2" ? { "1/ISIC_0000001.json": '{"globules":[0],"streaks":[0]}' } : { "ISIC_0000001.png": png };
    const submission = files(answers);
    const error = await checkSubmission(task, files(truth), submission).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TruthError);
    expect((error as TruthError).mistakes.map((each) => each.kind)).toContain(kind);
    expect((error as TruthError).message).toMatch(/^Ground truth: /);
  });
});

test("names steer no terminal", async () => {
  const mistakes = await mistakesOf(
    "2017-1",
    { "ISIC_0000001_segmentation.png": png },
    { "ISIC_0000001.png": png, "ISIC_0000002\u001b[31m\u202e\u0085.png": bytes("x") },
  );
  expect(mistakes[0]?.message).toMatch(/^"ISIC_0000002\\u\{1b\}\[31m\\u\{202e\}\\u\{85\}\.png" counts nothing/);
});
