import { describe, expect, test } from "vitest";
import { createMatcher } from "../src/patterns/matcher.ts";

/** Pattern, texts that Python's `re.search` finds it in, texts it does not. */
const AGREES: [pattern: string, found: string[], not: string[]][] = [
  ["mel", ["melanoma", "a mel b"], ["Mel", ""]],
  ["", ["", "x"], []],
  ["^nev", ["nevus"], ["a nev"]],
  ["us$", ["nevus", "nevus\n"], ["nevus\n\n", "used"]],
  ["us\\Z", ["nevus"], ["nevus\n"]],
  ["\\Anev", ["nevus"], ["\nnevus"]],
  ["(?i)NEVUS$", ["nevus", "NeVuS"], ["nevi"]],
  ["(?m)^b$", ["a\nb\nc"], ["ab"]],
  ["a.c", ["abc"], ["a\nc", "ac"]],
  ["(?s)a.c", ["a\nc"], ["ac"]],
  ["a{2}b", ["aab"], ["ab"]],
  ["a{,2}b", ["b"], ["a"]],
  ["^a{1,2}b", ["ab", "aab"], ["aaab", "b"]],
  ["a{", ["a{"], ["a"]],
  ["a{}", ["a{}"], ["a"]],
  ["x]}", ["x]}"], ["x"]],
  ["(?P<name>ab)+c", ["ababc"], ["c"]],
  ["(?:nevus|melanoma) in", ["nevus in situ", "melanoma in"], ["nevus", "carcinoma in"]],
  ["colou?r", ["color", "colour"], ["colr"]],
  ["[]a]b", ["]b", "ab"], ["b"]],
  ["[^]a]b", ["xb"], ["]b", "ab"]],
  ["[a\\-z]$", ["-", "z"], ["b"]],
  ["[\\w.]+@", ["é.x@"], ["@", " @"]],
  ["[\\d-]+x", ["1-2x", "٣x"], ["x"]],
  ["\\d", ["1", "٣"], ["²", "a"]],
  ["\\w", ["é", "_", "²"], ["-", " "]],
  ["\\s", ["\u00a0", "\x1c"], ["\ufeff", "a"]],
  ["\\bmel\\b", ["a mel b"], ["melanoma", "émel"]],
  ["\\Bmel", ["amel"], ["mel"]],
  ["\\x41\\u00e9\\.\\/\\-", ["Aé./-"], ["Ae./-"]],
  ["^.$", ["😀"], ["ab"]],
  ["mm\\^2", ["<1/mm^2"], ["mm2"]],
  [".*mel.*nevus.*", ["a mel b nevus c"], ["nevus mel"]],
  ["a+?b", ["aab"], ["b"]],
  ["x\\.*", ["x", "x."], ["y"]],
];

describe("Python's re.search", () => {
  test.each(AGREES)("%j", (pattern, found, not) => {
    const matches = createMatcher(pattern);
    for (const text of found) expect(matches(text), JSON.stringify(text)).toBe(true);
    for (const text of not) expect(matches(text), JSON.stringify(text)).toBe(false);
  });

  test.each([
    "(",
    ")",
    "[",
    "a**",
    "*a",
    "[z-a]",
    "\\",
    "\\q",
    "(?=a)",
    "(?<!a)b",
    "(a)\\1",
    "(?#x)",
    "[\\W]",
    "a{2,1}",
    "^*",
  ])("refuses %j", (pattern) => {
    expect(() => createMatcher(pattern)).toThrow(SyntaxError);
  });
});

describe("patterns that would backtrack for ever", () => {
  const evil = ["(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*)*x", "(a?){99}a{99}$", "(x+x+)+y", "a*a*a*a*a*a*b", "(a|b|ab)*c"];
  test.each(evil)("%s is refused", (pattern) => {
    expect(() => createMatcher(pattern)).toThrow(SyntaxError);
  });

  test("what is not refused ends soon, whatever the text", () => {
    const texts = ["a".repeat(500), "ab".repeat(250), " ".repeat(499)];
    for (const pattern of ["a*b", "a+a+b", "(?:a|b)?a*c", "\\s+$", "[ab]+[ab]+c", "a{1,500}a{1,500}c"]) {
      const matches = createMatcher(pattern);
      const began = performance.now();
      for (const text of texts) matches(text);
      expect(performance.now() - began, pattern).toBeLessThan(20_000);
    }
  });

  test("a text too long for its pattern is an error, not a wait", () => {
    expect(createMatcher("mel")("x".repeat(1e6))).toBe(false);
    expect(() => createMatcher("a*b")("a".repeat(1e6))).toThrow(RangeError);
  });

  test("a RegExp is taken as it is, without its memory", () => {
    const matches = createMatcher(/(?<!x)mel/g);
    expect([matches("mel"), matches("mel"), matches("xmel")]).toEqual([true, true, false]);
  });
});
