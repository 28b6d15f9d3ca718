import { expect, onTestFinished, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { dataSheetMarkdown } from "../../src/dataset/papers/data-sheet.ts";
import { dataSheetHtml } from "../../src/dataset/papers/data-sheet-page.ts";
import type { SheetFacts, SheetImage } from "../../src/dataset/papers/tallies.ts";

const HOSTILE = [
  "</svg><script>alert(1)</script>",
  "__proto__",
  "constructor",
  "a & \"b\" 'c'",
  "\u0007\u202ebell",
  "x".repeat(300),
];
const PLAN = { leftOut: [], unlabelled: {}, notes: [], fields: [], without: {} } as unknown as SheetFacts["plan"];

function image(at: number, split: string, label: string, clinical: object = {}): SheetImage {
  return { split, labels: [label], licence: "CC0-1.0", group: `g${at}`, record: { metadata: { clinical } } };
}

function factsOf(images: readonly SheetImage[], parts: readonly string[], over: object = {}): SheetFacts {
  const recipe = {
    version: 1,
    title: "T",
    selection: { search: "x" },
    labels: { challenge: "isic2019" },
    ...over,
  } as const;
  return { recipe, images, parts, plan: PLAN, duplicates: 0, citation: "C" };
}

const sectionOf = (html: string, title: string): string =>
  html.split("<h2>").find((section) => section.startsWith(`${title}</h2>`)) ?? "";
const barsOf = (section: string): string[] =>
  [...section.matchAll(/<text [^>]*>([^<]* %[^<]*)<\/text>/g)].map(([, text = ""]) => text);

test("a plot has each part's share beside its bar, with the part's name: no need to tell colours apart", async () => {
  const images = [
    ...Array.from({ length: 30 }, (_, i) => image(i, "train", i < 20 ? "MEL" : "NV")),
    ...Array.from({ length: 10 }, (_, i) => image(100 + i, "test", i < 1 ? "MEL" : "NV")),
  ];
  const html = await dataSheetHtml(factsOf(images, ["train", "test"]));
  expect(barsOf(sectionOf(html, "Class"))).toEqual([
    "train 66.7 % (20)",
    "test 10.0 % (1)",
    "train 33.3 % (10)",
    "test 90.0 % (9)",
  ]);
  // Two thirds of 30 and a tenth of 10 are 21 of 40: train is 14 points above it, test 42 points below.
  expect(barsOf(sectionOf(html, "Imbalance between parts")).slice(0, 2)).toEqual(["train 14.2 %", "test 42.5 %"]);
  expect(sectionOf(html, "Class")).toContain("<td>MEL</td><td>20</td><td>1</td><td>66.7 %</td><td>10.0 %</td>");
});

test("what chance does not explain is marked, and a class that a part lacks is said with what follows", async () => {
  const images = [
    ...Array.from({ length: 300 }, (_, i) => image(i, "train", i < 150 ? "MEL" : "NV")),
    ...Array.from({ length: 100 }, (_, i) => image(1000 + i, "test", "NV")),
  ];
  const facts = factsOf(images, ["train", "test"]);
  const html = await dataSheetHtml(facts);
  expect(barsOf(sectionOf(html, "Class"))).toEqual([
    "train 50.0 % (150) ▲",
    "test 0.0 % (0) ▼",
    "train 50.0 % (150) ▼",
    "test 100.0 % (100) ▲",
  ]);
  for (const text of [html, dataSheetMarkdown(facts)]) {
    expect(text).toContain("Class MEL: no image in test. Loaders that number the classes of each folder");
    expect(text).toContain("Class MEL: test has 0, and its share would be 38.");
  }
  expect(dataSheetMarkdown(factsOf(images, ["train", "test"], { layout: "coco" }))).not.toContain("Loaders");
});

test("hostile names stay text, the page loads nothing and runs nothing, and empty parts have no bars", async () => {
  const images = HOSTILE.flatMap((name, i) => [
    image(i, "train", name, { sex: name }),
    image(100 + i, "test", name, { sex: name }),
  ]);
  const facts = factsOf(images, ["train", "test", "empty"], {
    title: HOSTILE[0],
    description: "a\n~~~\n\n# b\n".replaceAll("~", "`") + HOSTILE[3],
  });
  const html = await dataSheetHtml(facts);
  const [, recipe = ""] = /## Recipe\n\n((?: {4}.*\n|\n)*)/.exec(dataSheetMarkdown(facts)) ?? [];
  expect(parseYaml(recipe.replace(/^ {4}/gm, ""))).toEqual(facts.recipe);
  expect(html).not.toMatch(/<script|NaN|undefined|Infinity|<(img|link|iframe|use|image)\b|\son\w+=/i);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
  expect(html).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  const addresses = [...html.matchAll(/(?:href|src|url)\s*[=(]\s*["']?([^"')\s]+)/g)].map(([, address]) => address);
  expect(addresses).toEqual([]);
  for (const name of ["__proto__", "constructor"]) expect(sectionOf(html, "Sex")).toContain(`>${name}</text>`);
  expect(barsOf(sectionOf(html, "Sex")).length).toBe(2 * HOSTILE.length);
  expect(html).toContain("<td>–</td>");
  expect(dataSheetMarkdown(facts)).toMatch(/\| 1 \| 1 \| 0 \| 16\.7 % \| 16\.7 % \| – \|/);
});

test("of many values the most frequent are drawn and those without one, and the page says so", async () => {
  const images = Array.from({ length: 60 }, (_, age) =>
    Array.from({ length: age < 30 ? 1 : 3 }, (_, i) =>
      image(100 * age + i, i === 0 ? "train" : "test", "MEL", { age_approx: age }),
    ),
  ).flat();
  const facts = factsOf([...images, image(9999, "test", "MEL")], ["train", "test"]);
  const html = await dataSheetHtml(facts);
  const section = sectionOf(html, "Age");
  expect(section).toContain("The 30 most frequent of 61 values; the table has all.");
  expect(barsOf(section).length).toBe(60);
  expect(section).toContain(">(missing)</text>");
  expect(section).toContain(">58</text>");
  expect(section).not.toContain(">12</text>");
  expect(section).toContain("<td>12</td>");
  expect(await dataSheetHtml(facts)).toBe(html);
});

test("plots are the same where a package that measures text is installed", async () => {
  const facts = factsOf(
    [image(1, "train", "Nevus", { sex: "female" }), image(2, "test", "Melanoma", {})],
    ["train", "test"],
  );
  const before = await dataSheetHtml(facts);
  const { textMetrics } = (await import("vega")) as unknown as {
    textMetrics: { canvas(use: boolean): void; width: (item: object, text: string) => number };
  };
  onTestFinished(() => textMetrics.canvas(true));
  // As the package `canvas` does it, which Vega looks for when it is loaded.
  textMetrics.width = () => 321;
  expect(await dataSheetHtml(facts)).toBe(before);
});
