import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { attributionText, bibTex, citationCff, citationText, doiOf } from "../../src/dataset/papers/citation.ts";
import { datasetCard } from "../../src/dataset/papers/dataset-card.ts";
import { licencePage } from "../../src/dataset/papers/licence-texts.ts";
import type { Recipe } from "../../src/dataset/recipe/recipe.ts";

const RECIPE: Recipe = { version: 1, title: "T", selection: { search: "x" } };
const ARCHIVE = { title: "ISIC Archive", url: "https://www.isic-archive.com" };
const HAM = { title: "HAM10000", doi: "10.34970/576276" };

/** BibTeX ends a field where its braces are closed, whatever stands before them. */
function depths(text: string): number[] {
  let depth = 0;
  return [...text].map((sign) => {
    if (sign === "{") depth++;
    if (sign === "}") depth--;
    return depth;
  });
}

test.each(["a } b", "{ open", "}}}{{{", "50 % of {x} ~ ^2 \\ #1 & $y$ a_b <i>|</i>", "ends in \\"])(
  "a title such as %s closes no field of BibTeX and calls nothing in TeX",
  (title) => {
    const bib = bibTex({ ...RECIPE, title, authors: [title, "B"] }, [ARCHIVE]);
    const all = depths(bib);
    expect([Math.min(...all), all.at(-1)]).toEqual([0, 0]);
    const [own = ""] = bib.split("\n@");
    expect(
      own
        .split("\n")
        .filter((line) => /^ {2}\w+ = \{.*\},?$/.test(line))
        .map((line) => line.trim().split(" ")[0]),
    ).toEqual(["title", "author", "note"]);
    const [, text = ""] = /title = \{\{(.*)\}\},\n/.exec(own) ?? [];
    // What TeX calls, and what it would take for a sign of its own.
    const commands = /\\text(?:backslash|braceleft|braceright|asciitilde|asciicircum|less|greater|bar)\{\}|\\[&%$#_]/g;
    expect(text.replace(commands, "")).not.toMatch(/[\\{}&%$#_~^<>|]/);
  },
);

test("an entry has the year of publication, a key of its own, and the DOI without an address in front", () => {
  const bib = bibTex({ ...RECIPE, title: "HAM10000", published: "2024-05-01", release: "1.0.0" }, [HAM, HAM]);
  expect([...bib.matchAll(/@misc\{(.*),/g)].map(([, key]) => key)).toEqual(["ham10000", "ham10000_2", "ham10000_3"]);
  expect(bib).toContain("  year = {2024},\n  month = {05},\n");
  expect(bib).toContain("  doi = {10.34970/576276},\n  url = {https://doi.org/10.34970/576276}");
  expect(citationText({ ...RECIPE, published: "2024-05-01", release: "1.0.0" }, [HAM])).toBe(
    "International Skin Imaging Collaboration (2024): T, version 1.0.0. Images from HAM10000 (https://doi.org/10.34970/576276).",
  );
});

test("a DOI is one whatever stands in front of it", () => {
  for (const text of [
    "10.34970/576276",
    " doi:10.34970/576276",
    "https://doi.org/10.34970/576276",
    "DOI: 10.34970/576276",
  ])
    expect(doiOf(text)).toBe("10.34970/576276");
  for (const text of [undefined, null, "", "none", "https://example.org/10.34970"]) expect(doiOf(text)).toBeUndefined();
});

const cffOf = (
  recipe: Partial<Recipe>,
  licences: readonly string[],
  references = [ARCHIVE, HAM],
): Record<string, unknown> =>
  parseYaml(citationCff({ ...RECIPE, ...recipe }, references, licences)) as Record<string, unknown>;

test("CITATION.cff offers no choice of licences, repeats no entry, and its texts are texts in YAML 1.1 too", () => {
  expect(cffOf({}, ["CC-BY-4.0"])).toMatchObject({ license: "CC-BY-4.0" });
  const several = cffOf({ authors: ["A", "A", "B"] }, ["CC-BY-NC-4.0", "CC0-1.0"], [HAM, HAM] as never);
  expect(several).not.toHaveProperty("license");
  expect(several.message).toContain("Each image has a licence of its own");
  expect(several.authors).toEqual([{ name: "A" }, { name: "B" }]);
  expect(several.references).toHaveLength(1);
  for (const licences of [["unknown"], ["Custom"], []]) expect(cffOf({}, licences)).not.toHaveProperty("license");
  for (const title of ["no", "2024-05-01", "12:30", "0o17", "1_000", "=", "~", "a: b # c", "null"]) {
    const text = citationCff({ ...RECIPE, title, published: "2024-05-01" }, [], []);
    expect(text).toContain(`\ntitle: ${JSON.stringify(title)}\n`);
    expect(text).toContain('\ndate-released: "2024-05-01"\n');
    expect(parseYaml(text)).toMatchObject({ title });
  }
  // The format knows fewer signs in a DOI than DOIs have.
  const odd = cffOf({}, [], [{ title: "Odd", doi: "10.1000/a%b+c" }] as never);
  expect(odd.references).toEqual([expect.objectContaining({ url: "https://doi.org/10.1000/a%b+c" })]);
  expect(odd.references).toEqual([expect.not.objectContaining({ doi: expect.anything() })]);
});

test("the card names splits as the hub allows, its own identifiers of licences, and what is in no table of a part", () => {
  const facts = {
    recipe: { ...RECIPE, masks: "archive" },
    parts: ["train", "test-a", "test a", "va.l", "ex (1)"],
    count: 1000,
    licences: ["CC0-1.0", "CC-BY-SA-4.0", "Mine", "unknown"],
    classes: ["A"],
    leftOut: ["mel_type"],
    sheet: "# T\n",
    bibTex: "",
  };
  const card = datasetCard(facts);
  const front = parseYaml(card.split("---\n")[1] ?? "") as Record<string, unknown>;
  expect(front).toMatchObject({
    license: ["cc0-1.0", "other", "unknown"],
    size_categories: ["1K<n<10K"],
    task_categories: ["image-classification", "image-segmentation"],
  });
  const [{ data_files }] = front.configs as [{ data_files: { split: string; path: string }[] }];
  expect(data_files.map(({ split }) => split)).toEqual(["train", "test_a", "test_a_2", "va.l", "ex_1"]);
  // As `datasets` demands.
  for (const { split } of data_files) expect(split).toMatch(/^\w+(\.\w+)*$/);
  expect(data_files.map(({ path }) => path)).toEqual(facts.parts.map((part) => `${part}/**`));
  expect(card).toContain("`mel_type`");
});

test("attribution.txt has each name once, the most frequent first and the anonymous last, or says that there is none", () => {
  const named = ["B", "Anonymous", "A", "A", "Anonymous", "Anonymous", undefined].map((attribution) => ({
    attribution,
  }));
  expect(attributionText(named)).toBe("A\n\nB\n\nAnonymous\n");
  expect(attributionText([{ attribution: undefined }])).toBe("The archive names nobody for these images.\n");
});

test("a licence's page says what the terms are, and of none that there is none", () => {
  expect(licencePage("CC-BY-NC-SA-3.0")).toContain("https://creativecommons.org/licenses/by-nc-sa/3.0/legalcode");
  expect(licencePage("unknown")).toBe("The archive names no licence for these images: ask it before you use them.\n");
  expect(licencePage("Local terms")).toContain("its text is to be had from the archive");
});
