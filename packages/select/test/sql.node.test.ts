import { describe, expect, test } from "vitest";
import type { Criteria } from "../src/index.ts";
import { toSql } from "../src/sql/index.ts";
import { openDuckDb } from "./sql-engines.ts";
import { testEngine } from "./sql-rows.ts";

// Postgres takes three times as long to start: sql.slow.node.test.ts.
describe("DuckDB selects the same rows as we do, for", () => testEngine("duckdb", openDuckDb, 30));

const clinical = "metadata.clinical.";

describe("the text", () => {
  test("has no value in it", () => {
    const evil = `x" OR 1=1; -- ' \\`;
    for (const dialect of ["duckdb", "postgres", "spark"] as const) {
      const { where, parameters } = toSql(
        [
          [`${clinical}sex`, "==", evil],
          [`${clinical}sex`, "ni", evil],
          [`${clinical}sex`, "in", [evil, null]],
        ],
        { dialect },
      );
      expect(where).not.toContain("OR 1=1");
      expect(parameters).toEqual([evil, evil, evil]);
    }
  });
  test("reads like the dialect", () => {
    const criteria: Criteria = [
      [`${clinical}age_approx`, "between", [20, 40]],
      [`${clinical}sex`, "<", "n"],
      [`${clinical}lesion_id`, "~", "^IL_"],
    ];
    expect(toSql(criteria, { dialect: "postgres" }).where).toBe(
      '("age_approx" IS NOT NULL AND "age_approx" >= $1 AND "age_approx" <= $2) AND ("sex" IS NOT NULL AND "sex" COLLATE "C" < $3) AND ("lesion_id" IS NOT NULL AND starts_with("lesion_id", $4))',
    );
    expect(toSql(criteria, { dialect: "spark" }).where).toBe(
      "(`age_approx` IS NOT NULL AND `age_approx` >= ? AND `age_approx` <= ?) AND (`sex` IS NOT NULL AND `sex` < ?) AND (`lesion_id` IS NOT NULL AND startswith(`lesion_id`, ?))",
    );
  });
  test("leaves what the file has no column for", () => {
    const rest: Criteria[] = [
      ["metadata.acquisition.pixels_x", ">", 1000],
      ["public", "==", true],
      ["notes.tags", "ni", "x"],
    ];
    expect(toSql(rest)).toEqual({ where: "TRUE", parameters: [], isExact: false, rest });
    expect(() => toSql([], { dialect: "oracle" as "duckdb" })).toThrow(RangeError);
  });
});
