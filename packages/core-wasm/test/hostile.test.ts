import { beforeAll, describe, expect, test } from "vitest";
import {
  encodeRgb,
  type LabelImage,
  PngError,
  type PngProblem,
  readSuperpixelPng,
  writeSuperpixelPng,
} from "../src/index.ts";
import { deflate } from "../src/png/streams.ts";
import type { Bytes } from "../src/types.ts";
import { labelImage } from "./kit/images.ts";
import { implementations } from "./kit/implementations.ts";
import { chunk, file, filtered, header, pngOf } from "./kit/png.ts";
import { expectSame } from "./kit/same.ts";

const labels = labelImage(
  40,
  30,
  Int32Array.from({ length: 1200 }, (_, i) => Math.floor((i % 40) / 9) + 300 * Math.floor(i / 240)),
);
const IEND = chunk("IEND");
let deflated: Bytes;
let sound: Bytes;
beforeAll(async () => {
  deflated = await deflate(filtered(labels, 3, [0, 1, 2, 3, 4]));
  sound = file(header(labels), chunk("IDAT", deflated), IEND);
});

async function problemOf(bytes: Uint8Array): Promise<PngError> {
  const error = await readSuperpixelPng(bytes).catch((reason: unknown) => reason);
  if (!(error instanceof PngError)) throw new Error(`expected a PngError, got ${String(error)}`);
  expect((error as unknown as Record<symbol, unknown>)[Symbol.for("isic.error")]).toBe(true);
  expect(error.tag).toBe(error.constructor.name);
  expect(error.name).toBe(error.tag);
  return error;
}

async function expectProblem(bytes: Uint8Array, problem: PngProblem, message?: string): Promise<void> {
  const error = await problemOf(bytes);
  expect(error.problem, error.message).toBe(problem);
  if (message !== undefined) expect(error.message).toContain(message);
}

describe("sound files", () => {
  test.each([3, 4] as const)("of %i channels by every filter", async (channels) => {
    for (const filter of [0, 1, 2, 3, 4]) {
      const bytes = await pngOf(labels, channels, filtered(labels, channels, [filter]));
      expectSame(await readSuperpixelPng(bytes), labels);
    }
  });

  test("colour profiles, gamma, transparency and palettes never change a label", async () => {
    const extras = [
      chunk("gAMA", [0, 0, 0xb1, 0x8f]),
      chunk("cHRM", new Uint8Array(32).fill(9)),
      chunk("sRGB", [0]),
      chunk("iCCP", [...new TextEncoder().encode("p3\0\0not a profile")]),
      chunk("sBIT", [5, 6, 5]),
      chunk("PLTE", [1, 2, 3]),
      chunk("bKGD", [0, 1, 0, 1, 0, 1]),
      chunk("tRNS", [0, 0, 0, 0, 0, 0]),
      chunk("pHYs", [0, 0, 0, 1, 0, 0, 0, 1, 0]),
    ];
    const bytes = file(header(labels), ...extras, chunk("IDAT", deflated), chunk("tEXt", [65, 0, 66]), IEND);
    expectSame(await readSuperpixelPng(bytes), labels);
  });

  test("with pixel data in many pieces, some empty", async () => {
    const pieces = [...deflated].map((byte) => chunk("IDAT", [byte]));
    expectSame(await readSuperpixelPng(file(header(labels), chunk("IDAT"), ...pieces, chunk("IDAT"), IEND)), labels);
  });

  test("what is written is small and read back", async () => {
    const written = await writeSuperpixelPng(labels);
    expect(written.length).toBeLessThan(encodeRgb(labels).data.length / 4);
    expectSame(await readSuperpixelPng(written), labels);
    const wrong: LabelImage = { width: 1, height: 1, data: Int32Array.of(2 ** 24), count: 2 ** 24 + 1 };
    await expect(writeSuperpixelPng(wrong)).rejects.toThrow(RangeError);
  });
});

describe("hostile files", () => {
  test("other bytes", async () => {
    await expectProblem(new Uint8Array(0), "not-png", "begins with nothing");
    await expectProblem(new Uint8Array([0xff, 0xd8, 0xff]), "not-png", "ff d8 ff");
    await expectProblem(new TextEncoder().encode("<html>"), "not-png");
    await expect(readSuperpixelPng("png" as never)).rejects.toThrow(TypeError);
  });

  test("cut off anywhere", async () => {
    for (let length = 0; length < sound.length; length++) {
      await expectProblem(sound.subarray(0, length), length < 8 ? "not-png" : "truncated");
    }
  });

  test("any one bit flipped", async () => {
    for (let bit = 0; bit < sound.length * 8; bit += 5) {
      const bytes = sound.slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      await problemOf(bytes);
    }
  });

  test("any one bit of the pixel data flipped before the checksum was made", async () => {
    for (let bit = 0; bit < deflated.length * 8; bit += 3) {
      const wrong = deflated.slice();
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      const bytes = file(header(labels), chunk("IDAT", wrong), IEND);
      // A few header bits of zlib mean nothing for inflating; all others must be noticed.
      const read = await readSuperpixelPng(bytes).catch((error: unknown) => error);
      if (read instanceof PngError) expect(read.problem).toBe("pixels");
      else expectSame(read as LabelImage, labels);
    }
  });

  test("sizes of zero, beyond 2^31, or beyond the data", async () => {
    const sized = (width: number, height: number): Bytes =>
      file(header({ width, height }), chunk("IDAT", deflated), IEND);
    await expectProblem(sized(0, 30), "header", "0 x 30");
    await expectProblem(sized(40, 0), "header");
    await expectProblem(sized(2 ** 31, 1), "header");
    await expectProblem(sized(2 ** 31 - 1, 2 ** 31 - 1), "too-large");
    // As long as a picture may be in all, but in rows that are held whole, or as so many rows.
    for (const [width, height] of [[1_000_001, 1] as const, [1, 1_000_001] as const])
      await expectProblem(sized(width, height), "too-large", "more than 1000000 a side");
    await expectProblem(sized(1_000_000, 1), "pixels", "cannot hold them");
    await expectProblem(sized(9_900, 9_900), "pixels", "cannot hold them");
    await expectProblem(sized(40, 31), "pixels", "end after 30 of 31 rows");
    await expectProblem(sized(40, 29), "pixels", "more pixel data");
    await expect(readSuperpixelPng(sound, { maxPixels: 1199 })).rejects.toMatchObject({ problem: "too-large" });
    expectSame(await readSuperpixelPng(sound, { maxPixels: 1200 }), labels);
  });

  test("data that inflate to more than the header says are given up early", async () => {
    const bomb = await deflate(new Uint8Array(2 ** 26));
    expect(bomb.length).toBeLessThan(70_000);
    const started = performance.now();
    await expectProblem(file(header(labels), chunk("IDAT", bomb), IEND), "pixels", "more pixel data");
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("headers that mean nothing", async () => {
    for (const kind of [
      { colorType: 5 },
      { colorType: 2, bitDepth: 4 },
      { bitDepth: 3 },
      { interlace: 2 },
      { colorType: 3, bitDepth: 16 },
    ]) {
      await expectProblem(file(header({ ...labels, ...kind }), chunk("IDAT", deflated), IEND), "header");
    }
    await expectProblem(file(chunk("IHDR", [0, 0, 0, 1]), IEND), "header");
    await expectProblem(file(IEND), "header");
    await expectProblem(file(chunk("IDAT", deflated), header(labels), IEND), "header");
  });

  test("chunks out of place", async () => {
    const data = chunk("IDAT", deflated);
    await expectProblem(file(header(labels), IEND), "no-pixels");
    await expectProblem(file(header(labels), chunk("IDAT"), IEND), "no-pixels");
    await expectProblem(file(header(labels), header(labels), data, IEND), "structure", "IHDR");
    await expectProblem(file(header(labels), chunk("CgBI"), data, IEND), "structure", "CgBI");
    await expectProblem(file(header(labels), chunk("\0\0\0\0"), data, IEND), "structure", "nameless");
    const half = deflated.length >> 1;
    const [first, second] = [chunk("IDAT", deflated.subarray(0, half)), chunk("IDAT", deflated.subarray(half))];
    await expectProblem(file(header(labels), first, chunk("tEXt", [65, 0]), second, IEND), "structure", "IDAT");
    await expectProblem(file(header(labels), data), "truncated", "without its end chunk (IEND)");
    await expectProblem(file(header(labels), chunk("PLTE", [1, 2]), data, IEND), "structure", "2 bytes");
    await expectProblem(
      file(header(labels), chunk("PLTE", [1, 2, 3]), chunk("PLTE", [1, 2, 3]), data, IEND),
      "structure",
    );
    await expectProblem(file(header({ ...labels, colorType: 3 }), data, IEND), "structure", "no palette");
  });

  test("whatever follows the end is no part of the file", async () => {
    for (const tail of [[1, 2, 3], [...sound], [0, 0, 0, 0, 73, 69, 78, 68]]) {
      expectSame(await readSuperpixelPng(Uint8Array.of(...sound, ...tail)), labels);
    }
  });

  test("filters that do not exist, named by row", async () => {
    for (const core of implementations) {
      for (const row of [0, 7, 29]) {
        const rows = filtered(labels, 3, [4]);
        rows[row * 121] = 5;
        const bytes = file(header(labels), chunk("IDAT", await deflate(rows)), IEND);
        await expect(core.readSuperpixels(bytes), core.name).rejects.toThrow(`Row ${row} `);
      }
    }
  });

  test("a stray label is reported, or compacted, and costs no gigabytes", async () => {
    const stray: LabelImage = { ...labels, data: labels.data.slice(), count: 2 ** 24 };
    stray.data[77] = 2 ** 24 - 1;
    const bytes = await writeSuperpixelPng(stray);
    for (const core of implementations) {
      await expect(core.readSuperpixels(bytes), core.name).rejects.toMatchObject({
        tag: "SparseLabelsError",
        count: 2 ** 24,
        pixels: 1200,
      });
      const { labels: read, map } = await core.readSuperpixels(bytes, { sparse: "compact" });
      expectSame(read, stray);
      expect(map.labels!.at(-1)).toBe(2 ** 24 - 1);
      expect(map.count).toBe(new Set(stray.data).size);
    }
  });

  test("an aborted signal gives its reason", async () => {
    await expect(readSuperpixelPng(sound, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
    const controller = new AbortController();
    const reading = readSuperpixelPng(sound, { signal: controller.signal });
    controller.abort("later");
    await expect(reading).rejects.toBe("later");
  });
});
