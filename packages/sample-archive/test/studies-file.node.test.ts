import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSuperpixelPng } from "@isic/core-wasm";
import { hasRealData, realJson, withoutRealData } from "@isic/fixtures";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createSampleArchive, type SampleArchive } from "../src/index.ts";
import { FolderError, openFolder } from "../src/node.ts";

const FEATURES = ["Dots : Regular", "Network / Reticulation"];
const [FIRST, SECOND] = ["ISIC_0000001", "ISIC_0000002"];

/** A study of two readers; `change` spoils it. */
function study(change: object = {}, annotation: object = {}): object {
  return {
    name: "Class of 2026",
    features: FEATURES,
    questions: [{ id: "Benign or malignant?", choices: ["benign", "malignant"] }],
    images: [FIRST, SECOND],
    readers: ["anna", { login: "ben", firstName: "Ben", lastName: "Zimmermann" }, "reader"],
    annotations: [
      {
        image: FIRST,
        reader: "anna",
        startTime: "2026-01-05T10:00:00Z",
        stopTime: "2026-01-05T10:01:30Z",
        responses: { "Benign or malignant?": "malignant" },
        markups: { [FEATURES[0]!]: { definite: [1, 3], possible: [0] }, [FEATURES[1]!]: {} },
        ...annotation,
      },
    ],
    ...change,
  };
}

describe("studies.json", () => {
  let root: string;
  let number = 0;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "isic-studies-"));
  });
  afterAll(() => rm(root, { recursive: true }));

  /** A download of two images, the first one with four superpixels. */
  async function folder(content: unknown): Promise<string> {
    const dir = join(root, String(number++));
    const line = (name: string, part: string, file: string) => ({
      ...{ id: name, name, part, file, state: "done", fetchedAt: "2026-01-01T00:00:00Z" },
      record: { isic_id: name, metadata: { acquisition: { pixels_x: 4, pixels_y: 1 }, clinical: {} } },
    });
    const lines = [FIRST, SECOND].map((name) => line(name!, "image", `${name}.jpg`));
    const map = await writeSuperpixelPng({ width: 4, height: 1, data: Int32Array.of(0, 1, 2, 3), count: 4 });
    await mkdir(dir);
    await writeFile(join(dir, "superpixels.png"), map);
    const manifest = [...lines, line(FIRST!, "superpixels", "superpixels.png")];
    await writeFile(join(dir, "manifest.jsonl"), manifest.map((each) => `${JSON.stringify(each)}\n`).join(""));
    await writeFile(join(dir, "studies.json"), typeof content === "string" ? content : JSON.stringify(content));
    return dir;
  }

  const ask = async (archive: SampleArchive, path: string, login?: string) => {
    const headers: Record<string, string> = {};
    if (login !== undefined) {
      const Authorization = `Basic ${btoa(`${login}:password`)}`;
      const answer = await archive.fetch(
        new Request(`${archive.v1Url}/user/authentication`, { headers: { Authorization } }),
      );
      headers["Girder-Token"] = (await answer.json()).authToken.token;
    }
    return archive.fetch(new Request(`${archive.v1Url}/${path}`, { headers }));
  };

  test("is a study that readers find, with their marks, answers and times; what they did not do waits for them", async () => {
    const archive = createSampleArchive({ source: await openFolder(await folder({ studies: [study()] })) });
    const [listed] = await (await ask(archive, "study?detail=true")).json();
    expect(listed).toMatchObject({ name: "Class of 2026", features: FEATURES.map((id) => ({ id })) });
    expect([listed.images.length, listed.users.length]).toEqual([2, 3]);
    expect(Object.values(listed.userCompletion).sort()).toEqual([0, 0, 1]);

    const all = await (await ask(archive, `annotation?studyId=${listed._id}&detail=true`)).json();
    expect(all.filter((each: { state: string }) => each.state === "active")).toHaveLength(5);
    const done = all.find((each: { state: string }) => each.state === "complete");
    expect(done).toMatchObject({
      image: { name: FIRST },
      responses: { "Benign or malignant?": "malignant" },
      markups: { [FEATURES[0]!]: true, [FEATURES[1]!]: false },
      startTime: "2026-01-05T10:00:00+00:00",
      stopTime: "2026-01-05T10:01:30+00:00",
    });
    const values = async (feature: string) =>
      (await ask(archive, `annotation/${done._id}/${encodeURIComponent(feature)}`)).json();
    expect(await values(FEATURES[0]!)).toEqual([0.5, 1, 0, 1]);
    expect(await values(FEATURES[1]!)).toEqual([0, 0, 0, 0]);

    // a reader of the file logs in and does his part
    const [task] = await (await ask(archive, "task/me/annotation", "ben")).json();
    expect(task).toMatchObject({ count: 2, study: { name: "Class of 2026" } });
    const me = await (await ask(archive, "user/me", "ben")).json();
    expect([me.firstName, me.lastName]).toEqual(["Ben", "Zimmermann"]);
  });

  test("the same file is the same study, and its name may be anything", async () => {
    const name = 'Übung "1"\n研究';
    const ids = async () => {
      const archive = createSampleArchive({ source: await openFolder(await folder({ studies: [study({ name })] })) });
      const csv = await ask(archive, `study/${archive.studies[0]!.id}?format=csv`);
      expect([csv.status, csv.headers.get("content-disposition")]).toEqual([
        200,
        'attachment; filename="_bung _1____.csv"',
      ]);
      const listed = await (await ask(archive, `annotation?studyId=${archive.studies[0]!.id}`)).json();
      return listed.map((annotation: { _id: string }) => annotation._id);
    };
    expect(await ids()).toEqual(await ids());
  });

  test.each<[string, unknown, string]>([
    ["no JSON", "{", "studies.json is not JSON: "],
    ["no object", [], "the file: expected an object, got a list."],
    ["no studies", {}, "studies: it is missing."],
    [
      "an unknown field",
      { studies: [study({ reader: [] })] },
      "studies[0].reader: there is no such field; there are name,",
    ],
    ["no name", { studies: [study({ name: "" })] }, "studies[0].name: it is empty."],
    [
      "the name of another",
      { studies: [study(), study()] },
      'studies[1].name: another study is called "Class of 2026".',
    ],
    [
      "another kind",
      { studies: [study({ images: "ISIC_0000001" })] },
      'studies[0].images: expected a list, got "ISIC_0000001".',
    ],
    [
      "an unknown image",
      { studies: [study({ images: [FIRST, "ISIC_9"] })] },
      'studies[0].images[1]: no image of this folder is called "ISIC_9".',
    ],
    [
      "an image twice",
      { studies: [study({ images: [FIRST, FIRST] })] },
      'studies[0].images[1]: "ISIC_0000001" is there twice.',
    ],
    [
      "no login",
      { studies: [study({ readers: ["Anna Z"], annotations: [] })] },
      'studies[0].readers[0]: "Anna Z" is no login;',
    ],
    [
      "a reader of nothing",
      { studies: [study({}, { reader: "carl" })] },
      'annotations[0].reader: "carl" is not among the study\'s readers.',
    ],
    [
      "an image of nothing",
      { studies: [study({}, { image: "ISIC_0000003" })] },
      'annotations[0].image: "ISIC_0000003" is not among the study\'s images.',
    ],
    [
      "an unknown question",
      { studies: [study({}, { responses: { Why: "so" } })] },
      'annotations[0].responses["Why"]: the study has no such question.',
    ],
    [
      "an unknown answer",
      { studies: [study({}, { responses: { "Benign or malignant?": "both" } })] },
      '"both" is none of its choices: "benign", "malignant".',
    ],
    [
      "an unknown feature",
      { studies: [study({}, { markups: { Dots: {} } })] },
      'annotations[0].markups["Dots"]: the study has no such feature.',
    ],
    [
      "no superpixel",
      { studies: [study({}, { markups: { [FEATURES[0]!]: { definite: [4] } } })] },
      "there is no superpixel 4; ISIC_0000001 has 0 to 3.",
    ],
    [
      "half a superpixel",
      { studies: [study({}, { markups: { [FEATURES[0]!]: { definite: [1.5] } } })] },
      "definite[0]: expected the number of a superpixel, got 1.5.",
    ],
    [
      "both kinds",
      { studies: [study({}, { markups: { [FEATURES[0]!]: { definite: [1], possible: [1] } } })] },
      "superpixel 1 is both definite and possible.",
    ],
    [
      "no superpixels",
      { studies: [study({}, { image: SECOND })] },
      "ISIC_0000002 has no superpixels in this folder to be marked.",
    ],
    [
      "a reader twice",
      { studies: [study({ readers: ["anna", "ben", { login: "anna", firstName: "Anna" }] })] },
      'studies[0].readers[2]: "anna" is there twice.',
    ],
    [
      "a question twice",
      { studies: [study({ questions: [1, 2].map(() => ({ id: "Benign or malignant?", choices: ["malignant"] })) })] },
      'studies[0].questions[1]: "Benign or malignant?" is there twice.',
    ],
    [
      "a reader with two names",
      {
        studies: [
          study({ readers: ["anna", { login: "ben", lastName: "Zimmermann" }] }),
          study({ name: "B", readers: ["anna", { login: "ben", lastName: "Schmidt" }] }),
        ],
      },
      'studies[1].readers[1]: "ben" has another name in studies[0].',
    ],
    [
      "no feature at all, but marks",
      { studies: [study({ features: [] })] },
      'markups["Dots : Regular"]: the study has no such feature.',
    ],
    [
      "a list in place of marks",
      { studies: [study({}, { markups: { [FEATURES[0]!]: [0, 0, 1] } })] },
      'markups["Dots : Regular"]: expected an object, got a list.',
    ],
    [
      "a label beyond all numbers",
      { studies: [study({}, { markups: { [FEATURES[0]!]: { definite: [1e300] } } })] },
      "there is no superpixel 1e+300; ISIC_0000001 has 0 to 3.",
    ],
    [
      "names of JavaScript's own",
      '{"studies":[{"name":"x","images":["__proto__"],"readers":["constructor"]}]}',
      'called "__proto__".',
    ],
    ["a mark of its own", `\ufeff{"studies": 1}`, "studies: expected a list, got 1."],
    ["a strange status", { studies: [study({}, { status: "good" })] }, '"good" is not among ok, phi, quality,'],
    [
      "a time of day",
      { studies: [study({}, { startTime: "10:00" })] },
      'startTime: expected a time such as 2020-01-06T08:00:00Z, got "10:00".',
    ],
    [
      "an end before the start",
      { studies: [study({}, { stopTime: "2026-01-05T09:00:00Z" })] },
      "annotations[0].stopTime: it is before startTime.",
    ],
  ])("%s is said in one sentence", async (_, content, sentence) => {
    const error = await openFolder(await folder(content)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FolderError);
    expect((error as Error).message).toContain(sentence);
  });

  test("every mistake is told, up to twenty of them", async () => {
    const images = Array.from({ length: 30 }, (_, i) => `ISIC_${i}`);
    const error = await openFolder(await folder({ studies: [study({ images, annotations: [] })] })).catch((e) => e);
    expect(error.message.split("\n")).toHaveLength(22);
    expect(error.message).toMatch(/studies\.json has 30 mistakes:\n/);
    expect(error.message).toMatch(/\n {2}and 10 more\.$/);
  });
});

describe.skipIf(!hasRealData)(`a study on real photos ${hasRealData ? "" : withoutRealData}`, () => {
  test("marks on the photos' own superpixels", async () => {
    // the folder itself is left alone: its files are linked into another one
    const dir = await mkdtemp(join(tmpdir(), "isic-real-study-"));
    const data = inject("realDataFolder");
    for (const name of await readdir(data)) await symlink(join(data, name), join(dir, name));
    const manifest = await realJson<readonly { readonly name: string; readonly labels: number }[]>("manifest.json");
    const { name, labels } = manifest[0]!;
    const annotations = [{ image: name, reader: "anna", markups: { [FEATURES[0]!]: { definite: [0, labels - 1] } } }];
    const content = { name: "Real", features: FEATURES, images: [name], readers: ["anna"], annotations };
    await writeFile(join(dir, "studies.json"), JSON.stringify({ studies: [content] }));
    const archive = createSampleArchive({ source: await openFolder(dir) });
    const [{ _id }] = await (
      await archive.fetch(new Request(`${archive.v1Url}/annotation?studyId=${archive.studies[0]!.id}`))
    ).json();
    const values: number[] = await (
      await archive.fetch(new Request(`${archive.v1Url}/annotation/${_id}/${encodeURIComponent(FEATURES[0]!)}`))
    ).json();
    expect([values.length, values[0], values.at(-1), values.filter((value) => value > 0).length]).toEqual([
      labels,
      1,
      1,
      2,
    ]);
    await rm(dir, { recursive: true });
  });
});
