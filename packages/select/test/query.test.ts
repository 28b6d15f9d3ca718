import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createQueryPredicate,
  formatQuery,
  parseQuery,
  type Query,
  QueryError,
  queryWarnings,
} from "../src/query/index.ts";
import { queries } from "./arbitraries.ts";
import vectors from "./golden/dsl.json" with { type: "json" };
import { makeRecords } from "./records.ts";
import { elasticsearch, postgres } from "./server-predicates.ts";

const records = makeRecords(600, 7);
const accepted = vectors.filter((vector) => vector.status === 200);

function selected(test: (record: never) => boolean): number[] {
  return records.flatMap((record, i) => (test(record as never) ? [i] : []));
}

describe("the server's verdicts", () => {
  test("there are 154", () => {
    expect(vectors).toHaveLength(154);
  });

  // Loops, not a test for each: in a browser every test costs more than what it does.
  test("are ours", () => {
    for (const { query, status } of vectors) {
      if (status === 200) expect(parseQuery(query), query).toBeDefined();
      else expect(() => parseQuery(query), query).toThrow(QueryError);
    }
  });

  test("what is accepted selects what the server's predicates select", () => {
    const differing: string[] = [];
    let telling = 0;
    for (const vector of accepted) {
      const rows = selected(createQueryPredicate(vector.query)).join();
      const elastic = selected(createQueryPredicate(vector.query, { engine: "elasticsearch" })).join();
      expect(rows, vector.query).toBe(selected(postgres(vector.postgres as string)).join());
      expect(elastic, vector.query).toBe(selected(elasticsearch(vector.elasticsearch as never)).join());
      telling += +(rows !== "" && rows !== selected(() => true).join());
      if (rows !== elastic) differing.push(vector.query);
    }
    expect(telling).toBeGreaterThan(100);
    // The two engines differ on a negated suffix and on numbers between those of a column.
    expect(differing).toEqual(["-isic_id:*001", "age_approx:50.5"]);
  });
});

describe("the grammar beyond the vectors", () => {
  const good = [
    "",
    " \t\r\n",
    "age_approx:.5",
    "age_approx:5.",
    "age_approx:1.e3",
    "age_approx:[1TO2]",
    "age_approx:[*TO*]",
    "age_approx:٥٠",
    "age_approx:[20 TO 40]sex:male",
    'sex:"a"sex:b',
    "sex:AND AND sex:OR",
    "(sex:a)OR(sex:b)",
    'sex:"a\\tb"',
    "sex:a--b",
    "sex:**",
  ];
  test("these are searches", () => {
    for (const text of good) expect(parseQuery(text), text).toBeDefined();
  });
  const bad = [
    "(sex:male) age_approx:50",
    "age_approx:50AND sex:male",
    "sex:male ORage_approx:5",
    "melanocytic:truesex:male",
    "--sex:male",
    "()",
    "sex:male\u00a0sex:male",
    "sex:a:b",
    "age_approx:[1 TO 2",
    "age_approx:[1 2]",
    'sex:"a\nb"',
    "blurry:x",
    "age_approx:5.5.5",
    "sex:male OR",
    "toString:1",
    "__proto__:1",
  ];
  test("these are none", () => {
    for (const text of bad) expect(() => parseQuery(text), text).toThrow(QueryError);
  });

  test("juxtaposition binds tighter than AND, AND tighter than OR", () => {
    const shape = (query: Query): unknown =>
      query.kind === "term" && query.value.kind === "equals"
        ? query.value.value
        : "parts" in query
          ? [query.kind, ...query.parts.map(shape)]
          : query.kind;
    expect(shape(parseQuery("sex:a OR sex:b sex:c AND sex:d OR (sex:e OR sex:f) AND sex:g"))).toEqual([
      "or",
      "a",
      ["and", "b", "c", "d"],
      ["and", ["or", "e", "f"], "g"],
    ]);
  });

  test("wildcards stand at one end", () => {
    const value = (text: string): unknown => (parseQuery(text) as { value: unknown }).value;
    expect(value("sex:*a*")).toEqual({ kind: "suffix", text: "a*" });
    expect(value('sex:"a*b*"')).toEqual({ kind: "prefix", text: "a*b" });
    expect(value("sex:a*b")).toEqual({ kind: "equals", value: "a*b" });
    expect(value('sex:"*"')).toEqual({ kind: "any" });
    expect(value('sex:"a\\nb"')).toEqual({ kind: "equals", value: "a\nb" });
    expect(value("age_approx:٥٠")).toEqual({ kind: "equals", value: 50 });
    expect(value("age_approx:{* TO 5}")).toEqual({ kind: "range", high: { value: 5, inclusive: false } });
  });

  test("a question mark is a wildcard for Elasticsearch only", () => {
    const record = { metadata: { clinical: { sex: "female" } } };
    expect(createQueryPredicate('sex:"f?m*"')(record)).toBe(false);
    expect(createQueryPredicate('sex:"f?m*"', { engine: "elasticsearch" })(record)).toBe(true);
    expect(createQueryPredicate('sex:"*e*e"', { engine: "elasticsearch" })(record)).toBe(true);
    expect(createQueryPredicate('sex:"*x?e"', { engine: "elasticsearch" })(record)).toBe(false);
  });
});

describe("errors", () => {
  const cases: [query: string, position: number, said: RegExp][] = [
    ["sex:male and age_approx:50", 9, /AND in capitals/],
    ["NOT sex:male", 0, /-field:value/],
    ["sex:male || sex:female", 9, /AND or OR/],
    ["diagnosis:melanoma", 0, /diagnosis_1 to diagnosis_5/],
    ["diagnosis_3:Melanoma Invasive", 21, /double quotes/],
    ["sex:'male'", 4, /double quotes/],
    ['mel_thick_mm:"0.8"', 13, /without quotes/],
    ["age_approx:[20 to 60]", 15, /TO in capitals/],
    ["melanocytic:True", 12, /small letters/],
    ["-(sex:male)", 0, /negate its terms/],
    ["(sex:male) age_approx:50", 11, /AND or OR before/],
    ["sex:male AND", 12, /too early/],
    ["sex:male AND (age_approx:50", 13, /not closed/],
    ["diagnossis_3:x", 0, /use diagnosis_3/],
    ["sex", 0, /sex:value/],
    ['sex:"male', 4, /close the quotes/],
    ["age_approx:50AND sex:male", 13, /blank between/],
  ];
  test.each(cases)("%s", (query, position, said) => {
    const error = errorOf(query);
    expect(error.position).toBe(position);
    expect(error.message).toMatch(said);
    const [, line, caret] = error.message.split("\n") as [string, string, string];
    expect(line.slice(2)).toBe(query);
    expect(caret.indexOf("^") - 2).toBe(position);
  });

  test.each([
    ["Sex:male", ["sex"]],
    ["diagnossis_3:x", ["diagnosis_3", "diagnosis_1", "diagnosis_2"]],
    ["age:50", ["age_approx"]],
    ["benign_malignant:benign", ["diagnosis_1"]],
    ["quux:1", []],
  ])("%s: fields that may have been meant", (query, suggestions) => {
    expect(errorOf(query).suggestions).toEqual(suggestions);
  });

  test("long searches are shown around the place", () => {
    const error = errorOf(`${"sex:male OR ".repeat(5000)}nosuch:1 OR ${"sex:male OR ".repeat(5000)}sex:x`);
    expect(error.message.length).toBeLessThan(300);
    expect(error.position).toBe(60_000);
    const [, line, caret] = error.message.split("\n") as [string, string, string];
    expect(line.slice(caret.indexOf("^"))).toMatch(/^nosuch/);
  });

  test("carries its tag, fields and the mark of the family", () => {
    const error = errorOf("nosuch:1");
    expect([error.tag, error.name, error.query]).toEqual(["QueryError", "QueryError", "nosuch:1"]);
    expect((error as unknown as Record<symbol, unknown>)[Symbol.for("isic.error")]).toBe(true);
  });
});

describe("warnings of what the server accepts", () => {
  const cases: [query: string, said: RegExp[]][] = [
    ["age_approx:52", [/in fives.*write 50/]],
    ["age_approx:50 age_approx:[51 TO 54]", []],
    ["sex:a OR blurry:true", [/"sex" has no value "a"/, /status 500/]],
    ["age_approx:[60 TO 50] OR age_approx:{50 TO 50]", [/empty/, /empty/]],
    ["diagnosis_3:Mel*ive diagnosis_3:*a*", [/wildcard at one end/, /wildcard at one end/]],
    ["", []],
  ];
  test.each(cases)("%j", (query, said) => {
    const warnings = queryWarnings(query);
    expect(warnings).toHaveLength(said.length);
    said.forEach((pattern, i) => {
      expect(warnings[i]?.message).toMatch(pattern);
    });
  });
});

describe("hostile searches end soon", () => {
  const cases: [name: string, query: string][] = [
    ["10 000 brackets", "(".repeat(10_000)],
    ["10 000 closed brackets", `${"(".repeat(10_000)}sex:a${")".repeat(10_000)}`],
    ["1 MB of brackets", "(".repeat(1e6)],
    ["1 MB of blanks", `sex:a${" ".repeat(1e6)}x`],
    ["1 MB of one word", "a".repeat(1e6)],
    ["1 MB of an open quote", `sex:"${"a".repeat(1e6)}`],
    ["1 MB of digits", `age_approx:[${"1".repeat(1e6)} TO`],
    ["1 MB of minus", "-".repeat(1e6)],
    ["1 MB of tags", `sex:a ${"<b>".repeat(333_333)}`],
  ];
  test.each(cases)("%s", (_, query) => {
    const began = performance.now();
    expect(() => parseQuery(query)).toThrow(QueryError);
    expect(performance.now() - began).toBeLessThan(5000);
  });
  test("more than a million characters are none", () => {
    expect(() => parseQuery(`${" ".repeat(1e6)}sex:x`)).toThrow(/longer than 1000000 characters/);
  });

  const pieces = [
    "sex:a OR ",
    "sex:a ",
    "(sex:a) AND ",
    "(",
    "- ",
    "1",
    "sex ",
    'sex:"\ta" ',
    "\u0665",
    "\u3000",
    "age_approx:[1 TO 2] ",
  ];
  test.each(pieces)("four times %j takes about four times as long", (piece) => {
    const run = (length: number): number => {
      const text = `sex:a ${piece.repeat(length / piece.length)}`;
      const began = performance.now();
      try {
        formatQuery(parseQuery(text));
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
      }
      return performance.now() - began;
    };
    const best = (length: number): number => Math.min(run(length), run(length), run(length));
    expect(best(240_000)).toBeLessThan(10 * best(60_000) + 150);
  });

  test("1 MB of terms is a search", () => {
    const query = parseQuery(`${"sex:male OR ".repeat(83_000)}sex:x`);
    expect(createQueryPredicate(query)({ metadata: { clinical: { sex: "x" } } })).toBe(true);
  });
});

describe("format", () => {
  test("parse . format is the identity", () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(parseQuery(formatQuery(query))).toEqual(query);
      }),
      { numRuns: 150 },
    );
  });
  test("of every accepted vector reads the same", () => {
    for (const { query } of accepted) {
      const read = parseQuery(query);
      expect(parseQuery(formatQuery(read))).toEqual(read);
    }
  });
  test("refuses what the language cannot say", () => {
    const say = (value: string): string =>
      formatQuery({ kind: "term", field: "sex", negated: false, value: { kind: "equals", value } });
    for (const value of ['"', "a*", "*a", "a\\tb", "\0"]) expect(() => say(value)).toThrow(RangeError);
    expect(() =>
      formatQuery({ kind: "term", field: "age_approx", negated: false, value: { kind: "equals", value: "5" } }),
    ).toThrow(RangeError);
    expect(() => formatQuery({ kind: "term", field: "nosuch", negated: false, value: { kind: "any" } })).toThrow(
      RangeError,
    );
  });
});

function errorOf(query: string): QueryError {
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`"${query}" is a search`);
}
