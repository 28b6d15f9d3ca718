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
  expect(reasonOf("a".repeat(524_289))).toContain("524289 characters, more than 524288");
  expect(reasonOf(`a: &a x\nb: [${"*a, ".repeat(21)}]`)).toContain("more than 20 aliases");
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
