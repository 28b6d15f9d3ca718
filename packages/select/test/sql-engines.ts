import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as duckdb from "@duckdb/duckdb-wasm/blocking";
import { PGlite } from "@electric-sql/pglite";
import { fieldOf, makeRecords } from "./records.ts";

/** Runs a condition in a real engine over {@link records}, and tells the rows it selects. */
export type Engine = (where: string, parameters: readonly unknown[]) => Promise<number[]>;

/** What every engine's table holds. */
export const records: ReturnType<typeof makeRecords> = makeRecords(120, 23);
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

/** DuckDB-Wasm takes no integer of 64 bits as a parameter; beyond what the columns hold, no other number says otherwise. */
const within = (parameter: unknown): unknown =>
  typeof parameter === "number" ? Math.max(-1e7, Math.min(1e7, parameter)) : parameter;

export async function openDuckDb(): Promise<Engine> {
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
    const rows = [...(statement.query(...parameters.map(within)).getChild("row") as Iterable<number>)];
    statement.close();
    return rows;
  };
}

export async function openPostgres(): Promise<Engine> {
  const postgres = await PGlite.create();
  await postgres.exec(`${create}; ${insert}`);
  return async (where, parameters) => {
    const { rows } = await postgres.query<{ row: number }>(`SELECT "row" FROM images WHERE ${where} ORDER BY "row"`, [
      ...parameters,
    ]);
    return rows.map(({ row }) => row);
  };
}
