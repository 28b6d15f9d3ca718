import { describe, expect, test } from "vitest";
import { type Criteria, CriteriaError, type CriteriaWarning, createPredicate, getPath } from "../src/index.ts";
import { createMatcher as createAny } from "../src/patterns/matcher.ts";
import { parsePattern } from "../src/patterns/parse.ts";
import { compileProgram } from "../src/patterns/program.ts";
import { search } from "../src/patterns/run.ts";
import { PatternLimitError } from "../src/patterns/syntax.ts";
import golden from "./golden/python-re.json" with { type: "json" };

/** What the strict mode of criteria takes. */
const createMatcher = (pattern: string | RegExp) => createAny(pattern, { plain: true });

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
    "(?i:a)",
    "(?x)a b",
    "(?>a)",
    "a++",
    "(a)?(?(1)b|c)",
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
      expect(performance.now() - began, pattern).toBeLessThan(2000);
    }
  });

  test("a long text is answered, or is an error, not a wait", () => {
    expect(createMatcher("mel")("x".repeat(1e6))).toBe(false);
    expect(createMatcher("a*b")("a".repeat(1e6))).toBe(false);
    expect(() => createMatcher(`${"a?".repeat(12)}${"b".repeat(4000)}`)("a".repeat(1e6))).toThrow(PatternLimitError);
  });

  test("characters of two units have no inside (WebKit's lookbehinds see one)", () => {
    const expected = { "\\B": [false, true, true], "\\bx": [false, false, true], "(?m)^.$": [false, true, false] };
    for (const [pattern, found] of Object.entries(expected)) {
      const matches = createMatcher(pattern);
      expect([matches("i😀ſ"), matches("😀"), matches("😀😀 xy")], pattern).toEqual(found);
    }
  });

  test("a RegExp is taken as it is, without its memory", () => {
    const matches = createMatcher(/(?<!x)mel/g);
    expect([matches("mel"), matches("mel"), matches("xmel")]).toEqual([true, true, false]);
  });
});

describe("all of Python's syntax", () => {
  type Case = readonly [pattern: string, answers: readonly (readonly [text: string, found: boolean])[] | null];
  const cases = golden as unknown as readonly Case[];

  test("1 300 random patterns are answered, or refused, as Python 3.11 does", () => {
    expect(cases).toHaveLength(1300);
    for (const [pattern, answers] of cases) {
      if (answers === null) {
        expect(() => createAny(pattern), pattern).toThrow(SyntaxError);
        continue;
      }
      const [matches, read] = [createAny(pattern), parsePattern(pattern)];
      const program = compileProgram(read, pattern.length);
      for (const [text, found] of answers) {
        expect([matches(text), search(program, text)], `${pattern} in ${JSON.stringify(text)}`).toEqual([found, found]);
      }
    }
  });

  const name = (pattern: string): Criteria => ["name", "~", pattern];
  test.each([
    ["(?=Mel)", /\(\?= is lookaround, .*; selectFrom answers it with \{ compat: true \}/],
    ["(?<!in )situ", /\(\?<! is lookaround/],
    ["(.)\\1", /\\1 is a back reference/],
    ["(?P<x>.)(?P=x)", /\(\?P=x\) is a back reference/],
    ["(?i:mel)anoma", /\(\?i: is inline flags/],
    ["mel(?i)", /\(\?i\) stands after the start; write it first/],
  ])("strict mode refuses %s in a plain sentence", (pattern, sentence) => {
    expect(() => createPredicate([name("x"), name(pattern)])).toThrow(CriteriaError);
    expect(() => createPredicate([name("x"), name(pattern)])).toThrow(/^criteria\[1\]: the pattern/);
    expect(() => createPredicate(name(pattern))).toThrow(sentence);
  });

  test.each([["a{60000}b"], [`a{${"1".repeat(40_000)}}`], ["(".repeat(40_000)], ["(a+)+$"], ["a*a*a*a*b"]])(
    "and at once what no text is worth: %#",
    (pattern) => {
      const began = performance.now();
      expect(() => createPredicate(name(pattern))).toThrow(CriteriaError);
      expect(performance.now() - began).toBeLessThan(1000);
    },
  );

  test("compat mode answers it", () => {
    const selects = (pattern: string, value: string, operator = "~"): boolean =>
      createPredicate(["name", operator, pattern] as Criteria, { compat: true })({ name: value });
    expect(selects("^(?!.*in situ)Melanoma", "Melanoma Invasive")).toBe(true);
    expect(selects("^(?!.*in situ)Melanoma", "Melanoma in situ")).toBe(false);
    expect(selects("(\\w)\\1", "Kaposi varicella zoo")).toBe(true);
    expect(selects("(\\w)\\1", "nevus", "!~")).toBe(true);
    expect(selects("(?i:MEL)anoma", "melanoma")).toBe(true);
    expect(selects("(a+)+$", `${"a".repeat(5000)}b`)).toBe(false);
    // What Python refuses selects nothing, as there.
    expect([selects("(", "x"), selects("(", "x", "!~")]).toEqual([false, false]);
    expect(getPath({ list: [{ n: "abb" }] }, "list.n~(b)\\1")).toEqual({ n: "abb" });
  });

  test.each([
    // Letters that are one where case is ignored, by Python's rules: same small letter, or small letters of one capital.
    ["(?i)\\u017f", "S"],
    ["(?i)K", "\u212a"],
    ["(?i)\\u0131", "I"],
    ["(?i)\u0130", "\u0131"],
    ["(?i)[^\u0130]", "", "i"],
    ["(?i)[\u00b0-\u00bf]", "\u03bc"],
    ["(?i)\ufb05", "\ufb06"],
    ["(?i)[\u1e9e]", "\u00df"],
    ["(?i)\u00df", "", "ss"],
    ["(?i)\u03c3", "\u03c2"],
    ["(?i)(s)\\1", "sS", "s\u017f"],
    // With the flag a only letters of ASCII have two cases.
    ["(?ai)k", "K", "\u212a"],
    ["(?ai)\u00e9", "\u00e9", "\u00c9"],
    ["(?ai)[\u00e9x]", "X", "\u00c9"],
    ["(?i)(?a:\u00e9)", "", "\u00c9"],
    ["(?i)[a-\u{1f600}]\\Z", "\u{1f600}", "!"],
  ])("case is ignored as Python does: %s", (pattern, found, not = "") => {
    const matches = createAny(pattern);
    if (found !== "") expect(matches(found)).toBe(true);
    if (not !== "") expect(matches(not)).toBe(false);
  });

  test.each([
    ["\\N{DIGIT ONE}", /characters by name/],
    ["(?i)\u{10400}|x", /capital letters beyond U\+FFFF/],
  ])("%s is given up with a warning", (pattern, sentence) => {
    const warnings: string[] = [];
    const onWarning = ({ message }: CriteriaWarning): number => warnings.push(message);
    expect(createPredicate(name(pattern), { compat: true, onWarning })({ name: "1" })).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(sentence)]);
    expect(() => createPredicate(name(pattern))).toThrow(sentence);
  });

  test("what is given up is a warning once, or an error, and never nothing", () => {
    for (const [pattern, value] of [
      ["a{60000}b", "a".repeat(60_000)],
      ["(a*)*\\1b", "a".repeat(60)],
    ] as const) {
      const warnings: CriteriaWarning[] = [];
      const onWarning = (warning: CriteriaWarning): number => warnings.push(warning);
      const selects = createPredicate(["name", "!~", pattern], { compat: true, onWarning });
      expect([selects({ name: value }), selects({ name: value })]).toEqual([false, false]);
      expect(warnings).toMatchObject([{ kind: "pattern", at: "criteria", path: "name", value: pattern }]);
      expect(() => createPredicate(["name", "~", pattern], { compat: true })({ name: value })).toThrow(CriteriaError);
    }
  });

  test("words with a blank between them are found in long descriptions", () => {
    const description = { dataset: { description: `${"x".repeat(20_000)}\n\n${"lorem ipsum ".repeat(2000)}` } };
    for (const compat of [false, true]) {
      expect(createPredicate(["dataset.description", "~", "\\w+ \\w+"], { compat })(description)).toBe(true);
      expect(createPredicate(["dataset.description", "~", "\\w+ \\w+ \\d"], { compat: true })(description)).toBe(false);
    }
  });
});

describe("time grows with the input", () => {
  const seconds = (work: () => void): number => {
    const began = performance.now();
    try {
      work();
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof PatternLimitError)) throw error;
    }
    return (performance.now() - began) / 1000;
  };
  /** Four times the input takes about four times as long, and not sixteen. */
  const expectInProportion = (run: (n: number) => number): void => {
    const best = (n: number): number => Math.min(run(n), run(n), run(n));
    const [once, four] = [best(10_000), best(40_000)];
    expect(four).toBeLessThan(1);
    expect(four).toBeLessThan(10 * once + 0.15);
  };
  const patterns: [name: string, pattern: (n: number) => string][] = [
    ["digits after a bracket", (n) => `a{${"1".repeat(n)}`],
    ["digits between brackets", (n) => `a{${"1".repeat(n)}}`],
    ["a repetition of many", (n) => `a{${n}}b`],
    ["brackets", (n) => "(".repeat(n)],
    ["sets", (n) => "[".repeat(n)],
    ["a set of many", (n) => `[${"ab-c".repeat(n / 4)}]`],
    ["alternatives", (n) => "ab|".repeat(n / 3)],
    ["repetitions", (n) => "a?".repeat(n / 2)],
    ["backslashes", (n) => "\\\\".repeat(n / 2)],
    ["names", (n) => `(?P<${"n".repeat(n)}`],
    ["flags", (n) => `(?${"i".repeat(n)}`],
    ["a comment", (n) => `(?#${"x".repeat(n)}`],
    ["blanks in verbose mode", (n) => `(?x)${" ".repeat(n)}`],
    ["one word", (n) => "a".repeat(n)],
  ];
  test.each(patterns)("of a pattern: %s", (_, pattern) => {
    expectInProportion((n) => seconds(() => createAny(pattern(n))("a".repeat(1000))));
  });

  const texts = ["a*b", "(a+)+b", "(?:a|b|ab)*c", "(?=a)a+b", "a+a+a+b", "\\w+ \\w+", "(?i)a+B", "[ab]+$c"];
  test.each(texts)("of a text: %s", (pattern) => {
    const matches = createAny(pattern);
    expectInProportion((n) => seconds(() => matches("a".repeat(n))));
  });
});
