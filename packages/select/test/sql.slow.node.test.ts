import { describe } from "vitest";
import { openDuckDb, openPostgres } from "./sql-engines.ts";
import { testEngine } from "./sql-rows.ts";

describe("DuckDB selects the same rows as we do, for", () => testEngine("duckdb", openDuckDb, 400));
describe("Postgres selects the same rows as we do, for", () => testEngine("postgres", openPostgres, 1000));
