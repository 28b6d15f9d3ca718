import { goldenJson } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { Kit } from "./archive-kit.ts";
import { batchError, type Row, type RowError, rowErrors } from "./metadata-rules.ts";

interface RowVerdict {
  readonly row: Row;
  readonly valid: boolean;
  readonly errors?: readonly RowError[];
}
interface BatchVerdict {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly valid: boolean;
  readonly errors?: readonly [{ readonly type: string; readonly examples: readonly string[] }];
}

const inOrder = (errors: readonly RowError[]) =>
  errors.map(({ field, type, ctx }) => (field === null ? `${type} ${JSON.stringify(ctx)}` : `${field} ${type}`)).sort();

describe("the rules that records are held against are the official validator's", async () => {
  const rows = await goldenJson<readonly RowVerdict[]>("v2-validate/rows.json");
  const batches = await goldenJson<readonly BatchVerdict[]>("v2-validate/batches.json");

  test("on 424 rows", () => {
    expect(rows).toHaveLength(424);
    for (const { row, errors = [] } of rows) {
      expect(inOrder(rowErrors(row)), JSON.stringify(row)).toEqual(inOrder(errors));
    }
  });

  test.each(batches.map((batch) => [batch.name, batch] as const))("on the batch %s", (_, { rows: batch, errors }) => {
    expect(batchError(batch)).toEqual(errors?.[0]);
  });
});

describe("generated records satisfy them", () => {
  /** A record of v2 in the columns of an upload. */
  function asUploaded({ acquisition, clinical }: Record<"acquisition" | "clinical", Record<string, unknown>>): Row {
    const cells: Record<string, string> = {};
    for (const [name, value] of Object.entries({ ...acquisition, ...clinical })) {
      if (!/^(pixels_[xy]|age_approx|(diagnosis|anatom_site)_\d)$/.test(name)) cells[name] = String(value);
    }
    const levels = (name: string) =>
      [1, 2, 3, 4, 5]
        .map((level) => clinical[`${name}_${level}`])
        .filter(Boolean)
        .join(":");
    return {
      ...cells,
      age: String(clinical.age_approx ?? ""),
      diagnosis: levels("diagnosis"),
      anatom_site: levels("anatom_site"),
    };
  }

  test.each(["isic", "other", "third"])("seed %s", async (seed) => {
    const kit = new Kit({ images: 600, seed });
    const rows: Row[] = [];
    for (let url: string | null = `${kit.archive.v2Url}images/`; url !== null; ) {
      const page: { results: { metadata: never }[]; next: string | null } = await kit.json(kit.send(url));
      rows.push(...page.results.map(({ metadata }) => asUploaded(metadata)));
      url = page.next;
    }
    expect(rows.length).toBeGreaterThan(590);
    for (const row of rows) expect(rowErrors(row), JSON.stringify(row)).toEqual([]);
    expect(batchError(rows)).toBeUndefined();
    // they are not good for being empty
    for (const field of ["mel_thick_mm", "dermoscopic_type", "rcm_case_id", "lesion_id", "anatom_site", "diagnosis"]) {
      expect(
        rows.some((row) => (row[field] ?? "") !== ""),
        field,
      ).toBe(true);
    }
  });
});
