import { lightTable } from "../../src/slic/colour.ts";
import { sha256 } from "./sha256.ts";

/** The hash over the tables of linear light for darkest bytes `step` apart and all brightest bytes, and how many those are. */
export async function hashOfLight(step: number): Promise<[tables: number, hash: string]> {
  const digests: string[] = [];
  let tables = 0;
  for (let darkest = 0; darkest < 256; darkest += step) {
    const all = new Float64Array((256 - darkest) * 256);
    for (let brightest = darkest; brightest < 256; brightest++, tables++) {
      all.set(lightTable(darkest, brightest), (brightest - darkest) * 256);
    }
    digests.push(await sha256(all));
  }
  return [tables, await sha256(new TextEncoder().encode(digests.join()))];
}
