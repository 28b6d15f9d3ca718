import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { exampleRecipe } from "../../src/dataset/recipe/example-recipe.ts";
import { readRecipe } from "../../src/dataset/recipe/read-recipe.ts";
import { recipeJsonSchema } from "../../src/dataset/recipe/schema.ts";
import type { RecipeError } from "../../src/errors.ts";

function mistakesOf(text: string): string[] {
  try {
    readRecipe(text);
  } catch (error) {
    return (error as RecipeError).message.split("\n");
  }
  return [];
}

const base = { version: 1, title: "T", selection: { search: "sex:female" } };
const mistakes = (over: object): string[] => mistakesOf(JSON.stringify({ ...base, ...over }));

describe("a recipe", () => {
  test("as YAML and as JSON is the same", () => {
    const yaml =
      'version: 1\ntitle: T\nselection: { search: "sex:female" }\nlabels:\n  classes:\n    Melanoma: diagnosis_3 ~ "^Melanoma"\n';
    const json = JSON.stringify({ ...base, labels: { classes: { Melanoma: 'diagnosis_3 ~ "^Melanoma"' } } });
    expect(readRecipe(yaml)).toEqual(readRecipe(json));
    expect(readRecipe(`\uFEFF${yaml}`)).toEqual(readRecipe(json));
  });

  test("to begin with is one that is accepted, whatever was answered", () => {
    expect(readRecipe(exampleRecipe()).title).toBe("Melanoma and nevi");
    const given = readRecipe(
      exampleRecipe({
        title: 'a "b": #c',
        search: "sex:female # all",
        challenge: "isic2019",
        size: 64,
        commercial: true,
      }),
    );
    expect(given).toMatchObject({
      title: 'a "b": #c',
      selection: { search: "sex:female # all" },
      labels: { challenge: "isic2019" },
      image: { size: 64 },
    });
  });

  test.each([
    [{ titel: "x" }, 'titel: there is no such setting: did you mean "title"?'],
    [{ split: { share: { a: 1 } } }, 'split.share: there is no such setting: did you mean "shares"?'],
    [{ title: undefined }, "title: it is missing."],
    [{ title: "" }, "title: expected a text, got an empty one."],
    [{ version: 2 }, "version: expected 1, got 2."],
    [{ published: "1.5.2024" }, 'published: expected a day such as 2024-05-01, got "1.5.2024".'],
    [{ published: "2023-02-29" }, "published: expected a day such as 2024-05-01"],
    [{ release: "v1" }, 'release: expected three numbers such as 1.0.0, got "v1".'],
    [
      { labels: { classes: { M: "sex exists" }, otherwise: "None" } },
      "labels.otherwise: pandas and datasets read None as a missing value: choose another name.",
    ],
    [{ labels: { classes: { null: "sex exists" } } }, "labels.classes.null: pandas and datasets read null"],
    [{ split: { shares: { NA: 1 } } }, "split.shares.NA: pandas and datasets read NA"],
    [{ labels: { classes: { "\u00c5": "sex exists", "\u212b": "sex exists" } } }, "two classes would share one folder"],
    [{ labels: { classes: { Nevus: "sex exists" }, otherwise: "nevus" } }, "labels.otherwise: it would share a folder"],
    [{ split: { shares: { "images.csv": 1 } } }, "split.shares.images.csv: the set keeps other files"],
    [{ selection: {} }, "selection: it selects the whole archive"],
    [{ selection: { search: "x", criteria: ["a", "=~", 1] } }, "selection.criteria: "],
    [{ image: { size: "512" } }, 'image.size: expected a number, got "512".'],
    [{ image: { size: 4 } }, "image.size: expected at least 8, got 4."],
    [{ image: { size: 64, format: "png", quality: 3 } }, "image.quality: PNG has none: leave it out."],
    [{ layout: "imagefolder", labels: { challenge: "isic2019" } }, 'did you mean "image-folder"?'],
    [{ layout: "image-folder" }, "layout: image-folder needs classes: add labels, or choose flat."],
    [{ licences: { allow: ["MIT"] } }, 'licences.allow.0: expected CC0-1.0, CC-BY-4.0 or CC-BY-NC-4.0, got "MIT".'],
    [{ licences: { allow: ["CC-BY-NC"], commercial: true } }, "licences.allow.0: CC-BY-NC forbids commercial use"],
    [{ labels: {} }, "labels: expected either a challenge or classes."],
    [{ labels: { challenge: "isic2021" } }, "labels.challenge: expected isic2016,"],
    [
      { labels: { classes: { M: "diagnosis_3 ~" } } },
      'labels.classes.M: in the rule "diagnosis_3 ~", at its end: expected a value',
    ],
    [
      { labels: { classes: { M: 'age_approx < "50"' } } },
      'labels.classes.M: the field holds numbers, of which "<" "50"',
    ],
    [
      JSON.parse('{"labels":{"classes":{"__proto__":"sex exists"}}}'),
      "labels.classes.__proto__: nothing can have this name",
    ],
    [{ labels: { classes: { M: 'diagnosys_3 ~ "x"' } } }, "did you mean diagnosis_3?"],
    [{ labels: { classes: { "../M": "x exists" } } }, "labels.classes.../M: expected a name of letters"],
    [
      { labels: { classes: { M: "sex exists" }, multi: true }, layout: "image-folder" },
      "layout: image-folder has one folder",
    ],
    [
      { labels: { classes: { Nevus: "sex exists" } }, balance: { caps: { Nevvus: 3 } } },
      'balance.caps.Nevvus: there is no such class; did you mean "Nevus"?',
    ],
    [{ balance: { cap: 3 } }, "balance: there are no classes to balance"],
    [{ split: { shares: { train: 0 } } }, "split.shares: expected at least one part"],
    [{ split: { shares: { train: -1 } } }, "split.shares.train: expected at least 0, got -1."],
    [{ split: { shares: { Train: 1, train: 1 } } }, "two parts would share one folder"],
    [{ split: { shares: { Maße: 1, MASSE: 1 } } }, "two parts would share one folder"],
    [{ split: { shares: { "train.": 1 } } }, "split.shares.train.: Windows has no folder of this name"],
    [{ split: { shares: { aux: 1 } } }, "split.shares.aux: Windows has no folder of this name"],
    [
      { labels: { classes: { a: "sex exists", A: "sex exists" } } },
      "labels.classes.A: two classes would share one folder",
    ],
    [{ split: { shares: { images: 1 } } }, "split.shares.images: the set keeps other files"],
    [{ groups: ["patientt"] }, "groups.0: expected patient, lesion, or a path"],
    [{ shardSize: 10 }, "shardSize: only webdataset has shards."],
  ])("%o is told", (over, sentence) => {
    expect(mistakes(over).join("\n")).toContain(sentence);
  });

  test("tells the line of each mistake where the text has several", () => {
    const text = (lines: string): string => `version: 1\ntitle: T\nselection:\n  search: x\n${lines}`;
    const cases: readonly [text: string, ...sentences: string[]][] = [
      [
        text("image:\n  size: 64\n  qualty: 3\n"),
        'image.qualty: there is no such setting: did you mean "quality"? (line 7)',
      ],
      [text("image: { fit: crop }\n"), "image.size: it is missing. (line 5)"],
      [text("\r\nlicences:\r\n  allow:\r\n    - CC0\r\n    - MIT\r\n"), "(line 9)"],
      [text("labels:\n  classes:\n    a.b: sex exists\n    a.b.c: sex ==\n"), "labels.classes.a.b.c: ", "(line 8)"],
      [text("split:\n  shares: { train: .inf }\n"), "split.shares.train: expected a number, got Infinity. (line 6)"],
      ["version: 1\ntitel: T\nselection: { search: x }\n", "title: it is missing.\n", 'did you mean "title"? (line 2)'],
      ["version: 1\ntitle: 2024\nselection: { ids: [1] }\n", "got 2024: put it in quotes. (line 2)", "(line 3)"],
      ['version: "1"\ntitle: T\nselection: { ids: [x] }\n', 'version: expected 1, got "1". (line 1)'],
      [
        '{\n"version": 1,\n"title": "T",\n"selection": {"limit": 0}\n}',
        "selection.limit: expected at least 1, got 0. (line 4)",
      ],
      [
        text("labels: { challenge: isic2019 }\nbalance:\n  caps:\n    MEL: 0\n"),
        "balance.caps.MEL: expected at least 1, got 0. (line 8)",
      ],
    ];
    for (const [given, ...sentences] of cases)
      for (const sentence of sentences) expect(mistakesOf(given).join("\n")).toContain(sentence);
  });

  test.each([
    [
      "version: 1\ntitle: *nobody\n",
      "it is no YAML: Unresolved alias (the anchor must be set before the alias): nobody.",
    ],
    [
      `a: &a [x, x, x, x, x, x, x]\n${[..."bcdef"].map((name, i) => `${name}: &${name} [${Array(7).fill(`*${"abcde"[i]}`).join(", ")}]`).join("\n")}\n`,
      "its aliases stand for far more than any recipe has.",
    ],
    ["version: 1\n---\nversion: 1\n", "it has more than one document (--- at line 2)."],
    ["version: 1\ntitle: !js x\n", "it is no YAML: Unresolved tag: !js at line 2, column 8."],
    ["version: 1\n\ttitle: T\n", "it is no YAML: Tabs are not allowed as indentation at line 2, column 1."],
    ['{"version": 1, "title": "T" "x": 2}', "line 1, column 29."],
  ])("%j is refused in one sentence", (given, sentence) => {
    expect(mistakesOf(given)).toEqual([expect.stringMatching(/^The recipe: /)]);
    expect(mistakesOf(given)[0]).toContain(sentence);
  });

  test("takes anchors and aliases", () => {
    const given = readRecipe("version: 1\ntitle: &t T\ndescription: *t\nselection: { ids: &i [a, b] }\nexclude: *i\n");
    expect(given).toMatchObject({ description: "T", exclude: ["a", "b"] });
  });

  test("tells all mistakes at once, and where a text is no YAML", () => {
    expect(mistakes({ titel: 1, split: { method: "hsh" } }).length).toBe(2);
    expect(mistakesOf("version: 1\n  title: [")[0]).toMatch(/^The recipe: it is no YAML: .*line 1, column/);
    expect(mistakesOf("a: 1\na: 2")[0]).toMatch(/unique at line 2, column 1/);
    expect(mistakesOf("a: {b: 1, c: 2, b: 3}")[0]).toMatch(/unique at line 1, column 17/);
    expect(mistakesOf("")[0]).toContain("expected settings");
  });
});

test("a text that is made to take time or memory is refused, with its reason", () => {
  const reasonOf = (text: string): string => mistakesOf(text).join("\n");
  expect(reasonOf("a".repeat(655_361))).toContain("655361 characters, more than 655360");
  expect(reasonOf(`a: &a x\nb: [${"*a, ".repeat(21)}]`)).toContain("its aliases stand for far more");
  expect(reasonOf(`a: ${"[".repeat(100_000)}`)).toContain("nested too deep");
  expect(reasonOf("a: &a [x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: &d [*c, *c, *c]\ne: [*d, *d]")).toContain(
    "alias",
  );
  const many = reasonOf(Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join("\n"));
  expect(many.split("\n").length).toBeLessThanOrEqual(100);
});

test("the published schema is that of the code (ISIC_WRITE=1 writes it anew)", async () => {
  const file = new URL("../../dataset-recipe.schema.json", import.meta.url);
  const schema = `${JSON.stringify(recipeJsonSchema(), undefined, 2)}\n`;
  if (process.env.ISIC_WRITE === "1") await writeFile(file, schema);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(JSON.parse(schema));
});
