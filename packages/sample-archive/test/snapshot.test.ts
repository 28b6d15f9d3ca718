import { parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import { describe, expect, test } from "vitest";
import { Kit } from "./archive-kit.ts";

describe("the metadata snapshot", () => {
  const kit = new Kit({ images: 130 });
  const { archive } = kit;
  const url = `${archive.fileOrigin}/snapshots/ISIC_metadata.parquet`;
  const read = async (from = kit) => await (await from.send(url)).arrayBuffer();

  test("has the columns of the real one, decimals of two places, and the time when it was taken", async () => {
    const footer = parquetMetadata(await read());
    const columns = parquetSchema(footer).children.map(({ element }) => element.name);
    expect(columns).toHaveLength(34);
    expect([columns.slice(0, 5), columns.at(-1)]).toEqual([
      ["isic_id", "attribution", "copyright_license", "patient_id", "age_approx"],
      "rcm_case_id",
    ]);
    const thickness = footer.schema.find(({ name }) => name === "mel_thick_mm");
    expect(thickness).toMatchObject({ converted_type: "DECIMAL", precision: 5, scale: 2 });
    expect(footer.row_groups[0]?.columns.every((column) => column.meta_data?.codec === "SNAPPY")).toBe(true);
    expect(footer.key_value_metadata?.find(({ key }) => key === "snapshot_timestamp")?.value).toMatch(/^20.*Z$/);
  });

  test("says of every public image what its table says, and nothing of others", async () => {
    const file = await read();
    const rows = await parquetReadObjects({ file });
    const { count } = await kit.json(kit.v2("images/"));
    expect(rows).toHaveLength(count);
    const thick = rows.find(({ mel_thick_mm }) => mel_thick_mm !== null);
    const image = await kit.json(kit.v2(`images/${thick?.isic_id}/`));
    expect(thick?.mel_thick_mm).toBe(Number(image.metadata.clinical.mel_thick_mm));
    expect(thick).toMatchObject({
      sex: image.metadata.clinical.sex ?? null,
      age_approx: BigInt(image.metadata.clinical.age_approx),
    });
    const hidden = archive.datasets.find((dataset) => !dataset.public)!;
    const secrets = new Set(archive.images.filter(({ datasetId }) => datasetId === hidden.id).map(({ name }) => name));
    expect(secrets.size).toBeGreaterThan(0);
    expect(rows.some(({ isic_id }) => secrets.has(isic_id))).toBe(false);
  });

  test("is read by ranges, and is another file when the archive has changed", async () => {
    const changing = new Kit({ images: 20 });
    const whole = new Uint8Array(await read(changing));
    const part = await changing.send(url, { headers: { Range: `bytes=${whole.length - 8}-${whole.length - 1}` } });
    expect([part.status, part.headers.get("content-range")]).toEqual([
      206,
      `bytes ${whole.length - 8}-${whole.length - 1}/${whole.length}`,
    ]);
    expect(new TextDecoder().decode(await part.arrayBuffer()).slice(4)).toBe("PAR1");
    expect(new Uint8Array(await read(changing))).toEqual(whole);
    changing.archive.withdraw("ISIC_0000003");
    const rows = await parquetReadObjects({ file: await read(changing) });
    expect(rows.map(({ isic_id }) => isic_id)).not.toContain("ISIC_0000003");
  });
});
