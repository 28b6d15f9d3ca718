import fc from "fast-check";
import type { Criteria } from "../src/index.ts";
import { type Query, queryFields } from "../src/query/index.ts";

const plain = fc.string({ unit: "grapheme", maxLength: 12 }).filter((s) => !/["\0*]|\\[tnfr]/.test(s));
const known = fc.constantFrom(
  "male",
  "female",
  "Melanoma Invasive",
  "Mel",
  "foo",
  "CC-0",
  "clinical",
  "overview",
  "ISIC_0000000",
  "nvasive",
  "",
  "0123",
  "IL_",
);
const text = fc.oneof(plain, known);
const bound = fc.record({
  value: fc.oneof(fc.constantFrom(0, 0.8, 5, 10, 45, 50, 55, 70), fc.double({ noNaN: true, noDefaultInfinity: true })),
  inclusive: fc.boolean(),
});

const term: fc.Arbitrary<Query> = fc.constantFrom(...queryFields()).chain(([field, { kind }]) => {
  const any = fc.constant({ kind: "any" as const });
  const equals = (value: fc.Arbitrary<string | number | boolean>) =>
    fc.record({ kind: fc.constant("equals" as const), value });
  const values = {
    boolean: fc.oneof(any, equals(fc.boolean())),
    string: fc.oneof(
      any,
      equals(text),
      fc.record({ kind: fc.constantFrom("prefix" as const, "suffix" as const), text: text.filter((s) => s !== "") }),
    ),
    number: fc.oneof(
      any,
      equals(bound.map(({ value }) => value)),
      fc.record({ kind: fc.constant("range" as const), low: bound, high: bound }, { requiredKeys: ["kind"] }),
    ),
  };
  return fc.record({
    kind: fc.constant("term" as const),
    field: fc.constant(field),
    negated: fc.boolean(),
    value: values[kind],
  });
});

/** Any search the language can say. */
export const queries: fc.Arbitrary<Query> = fc.letrec<{ tree: Query; and: Query; or: Query }>((tie) => {
  const joined = (kind: "and" | "or", other: "and" | "or") =>
    fc.record({
      kind: fc.constant(kind),
      parts: fc.array(fc.oneof({ depthSize: "small" }, term, tie(other)), { minLength: 2, maxLength: 4 }),
    });
  return {
    tree: fc.oneof({ depthSize: "small" }, term, tie("and"), tie("or")),
    and: joined("and", "or"),
    or: joined("or", "and"),
  };
}).tree;

/** Criteria over one field with these values. */
export const leaf = (path: string, values: readonly unknown[]): fc.Arbitrary<Criteria> => {
  const value = fc.constantFrom(...values);
  const present = fc.constantFrom(...values.filter((each) => each !== null));
  const criterion = (operators: readonly string[], operand: fc.Arbitrary<unknown>) =>
    fc.tuple(fc.constant(path), fc.constantFrom(...operators), operand);
  const text = typeof values[0] === "string";
  return fc.oneof(
    criterion(["==", "!="], value),
    criterion(
      ["in", "not in"],
      fc.array(value, { maxLength: 3 }).map((list) => [...list, values[0]]),
    ),
    criterion(["is None", "not is None", "exists"], fc.constant(null)),
    ...(typeof values[0] === "boolean"
      ? [
          criterion(
            ["is", "not is"],
            value.filter((v) => typeof v !== "number"),
          ),
        ]
      : []),
    ...(typeof values[0] === "boolean" ? [] : [criterion(["<", "<=", ">", ">="], present)]),
    ...(typeof values[0] === "number"
      ? [
          criterion(
            ["between"],
            fc.tuple(present, present).map((pair) => [...pair].sort((a, b) => Number(a) - Number(b))),
          ),
        ]
      : []),
    ...(text
      ? [
          criterion(["ni", "not ni"], present),
          criterion(
            ["~", "!~", "match", "not match"],
            fc.constantFrom("^Mel", "nvasive\\Z", "^ISIC_", "e", "^f.o", "^IL\\_"),
          ),
        ]
      : []),
  ) as unknown as fc.Arbitrary<Criteria>;
};

/** Lists and trees of such criteria. */
export const trees = (leaves: fc.Arbitrary<Criteria>): fc.Arbitrary<Criteria> =>
  fc.letrec<{ tree: Criteria }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaves,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.record({ or: fc.array(tie("tree"), { maxLength: 3 }) }),
      fc.record({ and: fc.array(tie("tree"), { maxLength: 3 }) }),
      fc.record({ not: tie("tree") }),
    ),
  })).tree;
