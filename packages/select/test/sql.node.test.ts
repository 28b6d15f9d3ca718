import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as duckdb from "@duckdb/duckdb-wasm/blocking";
import { PGlite } from "@electric-sql/pglite";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Criteria, createPredicate } from "../src/index.ts";
import { createQueryPredicate, toCriteria } from "../src/query/index.ts";
import { toSql } from "../src/sql/index.ts";
import { leaf, queries, trees } from "./arbitraries.ts";
import vectors from "./golden/dsl.json" with { type: "json" };
import { fieldOf, makeRecords } from "./records.ts";

const records = makeRecords(120, 23);
const numbers = ["age_approx", "mel_thick_mm", "clin_size_long_diam_mm", "acquisition_day"];
const booleans = ["melanocytic", "personal_hx_mm", "family_hx_mm", "mel_ulcer", "concomitant_biopsy"];
const texts =
  "isic_id attribution copyright_license patient_id sex fitzpatrick_skin_type lesion_id anatom_site_special anatom_site_1 anatom_site_2 anatom_site_3 anatom_site_4 anatom_site_5 diagnosis_confirm_type diagnosis_1 diagnosis_2 diagnosis_3 diagnosis_4 diagnosis_5 mel_mitotic_index image_type dermoscopic_type tbp_tile_type image_manipulation rcm_case_id".split(
    " ",
  );
const columns = [
  ...numbers.map((name) => [name, "DECIMAL(8,2)"]),
  ...booleans.map((name) => [name, "BOOLEAN"]),
  ...texts.map((name) => [name, "VARCHAR"]),
];

const create = `CREATE TABLE images ("row" INTEGER, ${columns.map(([name, type]) => `"${name}" ${type}`).join(", ")})`;
const literal = (value: unknown): string =>
  value === null ? "NULL" : typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
const insert = `INSERT INTO images VALUES ${records.map((record, row) => `(${[row, ...columns.map(([name]) => literal(fieldOf(record, name as string)))].join(", ")})`).join(", ")}`;

type Engine = (where: string, parameters: readonly unknown[]) => Promise<number[]>;

async function openDuckDb(): Promise<Engine> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs"));
  const mainModule = (name: string) => ({ mainModule: join(folder, name), mainWorker: "" });
  const bundles = { mvp: mainModule("duckdb-mvp.wasm"), eh: mainModule("duckdb-eh.wasm") };
  const database = await duckdb.createDuckDB(bundles, new duckdb.VoidLogger(), duckdb.NODE_RUNTIME);
  await database.instantiate(() => {});
  const connection = database.connect();
  connection.query(create);
  connection.query(insert);
  return async (where, parameters) => {
    const statement = connection.prepare(`SELECT "row" FROM images WHERE ${where} ORDER BY "row"`);
    const rows = [...(statement.query(...parameters).getChild("row") as Iterable<number>)];
    statement.close();
    return rows;
  };
}

let postgres: PGlite;
async function openPostgres(): Promise<Engine> {
  postgres = await PGlite.create();
  await postgres.exec(`${create}; ${insert}`);
  return async (where, parameters) => {
    const { rows } = await postgres.query<{ row: number }>(`SELECT "row" FROM images WHERE ${where} ORDER BY "row"`, [
      ...parameters,
    ]);
    return rows.map(({ row }) => row);
  };
}

const engines = { duckdb: openDuckDb, postgres: openPostgres };
const opened = new Map<string, Engine>();
beforeAll(async () => {
  for (const [name, open] of Object.entries(engines)) opened.set(name, await open());
});
afterAll(() => postgres.close());

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

describe.each(["duckdb", "postgres"] as const)("%s", (dialect) => {
  const check = async (criteria: Criteria): Promise<boolean> => {
    const { where, parameters, rest } = toSql(criteria, { dialect });
    const selected = await (opened.get(dialect) as Engine)(where, parameters);
    const remaining = createPredicate(rest);
    const wanted = createPredicate(criteria);
    expect(
      selected.filter((row) => remaining(records[row])),
      where,
    ).toEqual(records.flatMap((record, row) => (wanted(record) ? [row] : [])));
    return where !== "TRUE";
  };

  test("selects the same rows for any criteria", async () => {
    let said = 0;
    await fc.assert(
      fc.asyncProperty(trees(leaves), async (criteria) => {
        said += +(await check(criteria));
      }),
      { numRuns: 60 },
    );
    expect(said).toBeGreaterThan(15);
  });

  test("selects the same rows for every accepted search", async () => {
    for (const { query, status } of vectors) if (status === 200) await check(toCriteria(query));
  });

  test("selects the same rows for any search", async () => {
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        await check(toCriteria(query));
        expect(records.filter(createPredicate(toCriteria(query)))).toEqual(records.filter(createQueryPredicate(query)));
      }),
      { numRuns: 30 },
    );
  });
});

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
    expect(toSql(rest)).toEqual({ where: "TRUE", parameters: [], rest });
    expect(() => toSql([], { dialect: "oracle" as "duckdb" })).toThrow(RangeError);
  });
});
