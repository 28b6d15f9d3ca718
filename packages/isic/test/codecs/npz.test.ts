import { golden } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { decodeIndexNpz, encodeIndexNpz } from "../../src/codecs/npz.ts";
import { isIsicError } from "../../src/errors.ts";

const LABELS = Array.from({ length: 35 }, (_, i) => (i * 3) % 11);
const KINDS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "big-i4", "big-i8"];

/** Why a file of labels is refused. */
async function reasonOf(bytes: Uint8Array<ArrayBuffer>, options = {}): Promise<string> {
  const error = await decodeIndexNpz(bytes, options).catch((cause: unknown) => cause);
  if (!isIsicError(error, "InvalidContentError")) throw new Error(`not refused as it should be: ${error}`);
  expect(error.message).not.toContain("etch");
  return error.reason;
}

describe("arrays of labels", () => {
  test.each([...KINDS, "by-columns", "python2", "zip64-member", "zip64-directory"])("%s is read", async (kind) => {
    const { width, height, data, count } = await decodeIndexNpz(await golden(`npz/good-${kind}.npz`));
    expect([width, height, count]).toEqual([7, 5, 11]);
    expect([...data]).toEqual(LABELS);
  });

  test.each([
    ["negative", "its array has the label -1, and labels are not negative"],
    ["too-large", "its array has the label 2147483648, which is more than 32 bits hold"],
    ["empty", "its array is empty"],
    ["float", "its array holds <f8, not whole numbers"],
    ["three-dimensional", "its array is not two-dimensional"],
  ])("%s is refused by name", async (kind, reason) => {
    expect(await reasonOf(await golden(`npz/bad-${kind}.npz`))).toBe(reason);
  });

  test("more labels than allowed are refused before they are unpacked", async () => {
    const bytes = await encodeIndexNpz({ width: 3000, height: 2000, data: new Int32Array(6_000_000) });
    expect(bytes.length).toBeLessThan(50_000);
    expect(await reasonOf(bytes, { maxPixels: 5_999_999 })).toMatch(/labels, more than the 5999999|would take/);
    expect((await decodeIndexNpz(bytes)).count).toBe(1);
  });

  test("a directory that promises more than deflate can make is not believed", async () => {
    const bytes = (await golden("npz/good-int32.npz")).slice();
    const view = new DataView(bytes.buffer);
    const central = bytes.length - 22 - 46 - "idx.npy".length;
    view.setUint32(central + 24, 500_000_000, true);
    expect(await reasonOf(bytes)).toBe("its idx.npy cannot have the 500000000 bytes that its directory says");
  });
});
