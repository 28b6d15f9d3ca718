import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Criteria, createPredicate } from "../src/index.ts";
import { createQueryPredicate, toCriteria } from "../src/query/index.ts";
import { type SqlDialect, toSql } from "../src/sql/index.ts";
import { leaf, queries, trees } from "./arbitraries.ts";
import vectors from "./golden/dsl.json" with { type: "json" };
import { type Engine, records } from "./sql-engines.ts";

const clinical = "metadata.clinical.";
const leaves = fc.oneof(
  leaf(`${clinical}sex`, ["male", "female", "MALE", null]),
  leaf(`${clinical}diagnosis_3`, ["Melanoma Invasive", "Mel*ive", "", "Mélanome", "'; DROP TABLE images; --", null]),
  leaf("isic_id", ["ISIC_0000000", "ISIC_0000010"]),
  leaf(`${clinical}age_approx`, [50, 55, 0, null]),
  leaf(`${clinical}mel_thick_mm`, [0.8, 5, 10.5, null]),
  leaf(`${clinical}melanocytic`, [true, false, 1, 0, null]),
  leaf("public", [true, false]),
);

/** An engine selects the same rows as our predicates, by criteria and searches of every kind. */
export function testEngine(dialect: SqlDialect, open: () => Promise<Engine>, runs: number): void {
  let select: Engine;
  beforeAll(async () => {
    select = await open();
  });

  const check = async (criteria: Criteria): Promise<boolean> => {
    const { where, parameters, rest } = toSql(criteria, { dialect });
    const selected = await select(where, parameters);
    const remaining = createPredicate(rest);
    const wanted = createPredicate(criteria);
    expect(
      selected.filter((row) => remaining(records[row])),
      where,
    ).toEqual(records.flatMap((record, row) => (wanted(record) ? [row] : [])));
    return where !== "TRUE";
  };

  test("any criteria", async () => {
    let said = 0;
    await fc.assert(
      fc.asyncProperty(trees(leaves), async (criteria) => {
        said += +(await check(criteria));
      }),
      { numRuns: runs },
    );
    expect(said).toBeGreaterThan(runs / 4);
  });

  test("every accepted search", async () => {
    for (const { query, status } of vectors) if (status === 200) await check(toCriteria(query));
  });

  test("any search", async () => {
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        await check(toCriteria(query));
        expect(records.filter(createPredicate(toCriteria(query)))).toEqual(records.filter(createQueryPredicate(query)));
      }),
      { numRuns: runs },
    );
  });
}
