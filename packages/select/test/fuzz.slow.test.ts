import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Criteria, CriteriaError, createPredicate, getPath, OPERATORS } from "../src/index.ts";
import { createMatcher as createAny } from "../src/patterns/matcher.ts";

const createMatcher = (pattern: string | RegExp) => createAny(pattern, { plain: true });

import { PatternLimitError } from "../src/patterns/syntax.ts";
import {
  createQueryPredicate,
  formatQuery,
  parseQuery,
  QueryError,
  queryFields,
  toCriteria,
  toQuery,
} from "../src/query/index.ts";
import { queries } from "./arbitraries.ts";
import { makeRecords } from "./records.ts";

const records = makeRecords(60, 99);

/** Runs for this long, with new seeds each time; a failure prints its seed. */
function during(seconds: number, property: fc.IProperty<never> | fc.IRawProperty<unknown>): void {
  fc.assert(property as fc.IProperty<unknown>, {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: seconds * 1000,
    markInterruptAsFailure: false,
  });
}

const words = [
  ...queryFields().keys(),
  "AND",
  "OR",
  "NOT",
  "TO",
  "and",
  "or",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ":",
  "-",
  "*",
  '"',
  "'",
  " ",
  "\t",
  "\n",
  "true",
  "false",
  "5",
  "1e3",
  ".5",
  "٥",
  "male",
  "Mel*",
  '"a b"',
  "\\",
  "\0",
  "é",
  "😀",
  "\ud800",
  "__proto__",
];
const nearlyQueries = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...words) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));
/** A search with one character taken out, doubled or replaced. */
const brokenQueries = fc
  .tuple(queries, fc.nat(), fc.constantFrom(...words), fc.nat(2))
  .map(([query, at, word, how]) => {
    const text = formatQuery(query);
    const place = at % (text.length + 1);
    return text.slice(0, place) + (how === 0 ? "" : word) + text.slice(place + (how === 2 ? 0 : 1));
  });

describe("the parser of searches", () => {
  test("reads, or says where it cannot, whatever comes", () => {
    let read = 0;
    during(
      60,
      fc.property(fc.oneof(nearlyQueries, brokenQueries), (text) => {
        try {
          const query = parseQuery(text);
          read++;
          expect(() => createQueryPredicate(query)(records[0])).not.toThrow();
          let again: string;
          try {
            again = formatQuery(query);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
            return;
          }
          expect(parseQuery(again)).toEqual(query);
        } catch (error) {
          if (!(error instanceof QueryError)) throw error;
          expect(error.position).toBeGreaterThanOrEqual(0);
          expect(error.position).toBeLessThanOrEqual(text.length);
          expect(error.message.split("\n")).toHaveLength(3);
        }
      }),
    );
    expect(read).toBeGreaterThan(100);
  });

  test("every search survives being written, read and translated there and back", () => {
    during(
      60,
      fc.property(queries, (query) => {
        expect(parseQuery(formatQuery(query))).toEqual(query);
        const [direct, byCriteria] = [createQueryPredicate(query), createPredicate(toCriteria(query))];
        const { query: again, rest } = toQuery(toCriteria(query));
        const [byServer, byUs] = [createQueryPredicate(again), createPredicate(rest)];
        for (const record of records) {
          expect(byCriteria(record)).toBe(direct(record));
          expect(byServer(record) && byUs(record)).toBe(direct(record));
        }
      }),
    );
  });

  test("takes time in proportion to length", () => {
    const time = (text: string): number => {
      const began = performance.now();
      try {
        parseQuery(text);
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
      }
      return performance.now() - began;
    };
    for (const piece of [...words, "sex:a ", "sex:a OR ", "(sex:a) AND ", "age_approx:[1 TO 2] ", 'sex:"a" ', "- "]) {
      expect(time(piece.repeat(Math.ceil(1e6 / piece.length))), piece).toBeLessThan(5000);
    }
  });
});

describe("criteria", () => {
  const operator = fc.oneof(fc.constantFrom(...OPERATORS, "=", "nope"), fc.jsonValue());
  const path = fc.oneof(
    fc.constantFrom(
      "metadata.clinical.sex",
      "metadata.clinical.age_approx",
      "isic_id",
      "$",
      "metadata.#",
      "metadata.{}",
      "x~(",
      "metadata.%.0",
    ),
    fc.string(),
    fc.jsonValue(),
  );
  const criteria = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.tuple(path, operator, fc.jsonValue()),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.record({ or: fc.array(tie("tree")) }),
      fc.record({ and: fc.array(tie("tree")) }),
      fc.record({ not: tie("tree") }),
      fc.jsonValue(),
    ),
  })).tree as fc.Arbitrary<Criteria>;

  test("compile and run, or are a CriteriaError or TypeError; in compat mode nothing but null fails", () => {
    during(
      60,
      fc.property(criteria, (each) => {
        try {
          const predicate = createPredicate(each);
          for (const record of records) expect(predicate(record)).toBeTypeOf("boolean");
        } catch (error) {
          if (!(error instanceof CriteriaError || error instanceof TypeError)) throw error;
        }
        try {
          const predicate = createPredicate(each, { compat: true });
          for (const record of records) expect(predicate(record)).toBeTypeOf("boolean");
        } catch (error) {
          if (!(error instanceof CriteriaError || error instanceof TypeError)) throw error;
        }
      }),
    );
  });

  test("any path of any value is read without harm", () => {
    during(
      30,
      fc.property(
        fc.jsonValue(),
        fc.string({ unit: fc.constantFrom(..."ab01.#$%{}[]=~>-_") }),
        fc.jsonValue(),
        (value, at, fallback) => {
          expect(getPath(value, at, fallback)).not.toBeTypeOf("function");
        },
      ),
    );
  });
});

describe("patterns", () => {
  const pieces = [
    "a",
    "b",
    ".",
    "\\d",
    "\\w",
    "\\s",
    "[ab]",
    "[^a]",
    "(",
    ")",
    "(?:",
    "|",
    "*",
    "+",
    "?",
    "{2}",
    "{1,3}",
    "{,2}",
    "^",
    "$",
    "\\b",
    "\\Z",
    "é",
    "😀",
    "(?i)",
    "(?P<n>",
  ];
  test("are refused, or end soon on any text", () => {
    let slowest = 0;
    during(
      60,
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((all) => all.join("")),
        fc.constantFrom("a", "ab", "aab ", "é1", "\n"),
        (pattern, unit) => {
          let matches: (text: string) => boolean;
          try {
            matches = createMatcher(pattern);
          } catch (error) {
            if (!(error instanceof SyntaxError || error instanceof PatternLimitError)) throw error;
            return;
          }
          for (const length of [0, 10, 490, 5000]) {
            const began = performance.now();
            try {
              matches(unit.repeat(length / unit.length));
            } catch (error) {
              if (!(error instanceof PatternLimitError)) throw error;
            }
            slowest = Math.max(slowest, performance.now() - began);
          }
        },
      ),
    );
    expect(slowest).toBeLessThan(2000);
  });
});
