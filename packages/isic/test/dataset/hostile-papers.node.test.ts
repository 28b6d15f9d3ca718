import { expect, test } from "vitest";
import { duplicatesPage, fileAddress } from "../../src/dataset/duplicates/report.ts";
import { dataSheetMarkdown } from "../../src/dataset/papers/data-sheet.ts";

/** Texts of which each begins something in Markdown, or breaks out of a line or a cell. */
const TEXTS = [
  "~~~",
  "```js",
  "---",
  "===",
  "- x",
  "+ x",
  "* x",
  "1. x",
  "2) x",
  "# x",
  "> x",
  "| a | b |",
  "<script>alert(1)</script>",
  "[x](javascript:alert(1))",
  "![x](http://x.test/y)",
  "a\n\n# b\r\n---\u2028x",
  "\u001b[2J\u202egnp",
];

test.each(TEXTS)("%j is text in a data sheet", (text) => {
  const sheet = dataSheetMarkdown({
    recipe: { version: 1, title: text, description: text, selection: { search: "x" } },
    images: [
      { split: "train", labels: [text], licence: text, group: "a", record: { metadata: { clinical: { sex: text } } } },
    ],
    parts: ["train"],
    plan: { leftOut: [], unlabelled: { [text]: 1 }, notes: [text], fields: [], without: {} } as never,
    duplicates: 0,
    citation: text,
  });
  expect(sheet).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
  const lines = sheet.split("\n");
  // Of our own: headings, the recipe as indented code, lists and tables.
  const headings = lines.filter((line) => /^ {0,3}#/.test(line));
  expect(headings.every((line) => line.startsWith(`# `) || /^#{2,3} [A-Z][\w ]*$/.test(line))).toBe(true);
  expect(headings.filter((line) => line.startsWith("# "))).toHaveLength(1);
  for (const line of lines.filter((each) => !each.startsWith("    "))) {
    expect(line).not.toMatch(/^ {0,3}(?:```|~~~|-{3,} *$|={3,} *$|[+*] |\d+[.)] |>)/);
    expect(line).not.toMatch(/(?<!\\)[<[`]/);
  }
  const rows = lines.filter((line) => line.startsWith("| "));
  expect(new Set(rows.map((row) => row.match(/(?<!\\)\|/g)!.length))).toEqual(new Set([4]));
});

test("a page of duplicates has the address of any name, half a UTF-16 pair too", () => {
  const ids = [
    "javascript:alert(1)",
    '"><script>x</script>.jpg',
    "a\ud800b",
    "//x.test/y",
    "..\\..\\x",
    "\u202egpj",
    "?a#b",
  ];
  const page = duplicatesPage({
    title: "<b>",
    pictures: 7,
    bits: 4,
    groups: [{ isIdentical: true, ids }],
    addressOf: fileAddress,
  });
  const addresses = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address]) => address!);
  expect(addresses).toHaveLength(2 * ids.length);
  for (const address of addresses) expect(new URL(address, "file:///home/x/").href).toMatch(/^file:\/\/\/[^?#]*$/);
  expect(page).not.toMatch(/<script|<b>|\u202e|\ud800/);
});
