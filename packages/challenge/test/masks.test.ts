import { crc32 } from "@isic/core-wasm";
import fc from "fast-check";
import { encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { MaskFileError, readMask, writeMask } from "../src/index.ts";
import { mask } from "./drawn.ts";

type Bytes = Uint8Array<ArrayBuffer>;

async function deflate(raw: Bytes): Promise<Bytes> {
  const packed = new Blob([raw]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** A PNG file of parts; `header` after width and height: depth, colour type, 0, 0, interlace. */
async function pngOf(width: number, height: number, header: readonly number[], raw: readonly number[]): Promise<Bytes> {
  const side = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  const chunk = (type: string, data: readonly number[]) => {
    const body = [...new TextEncoder().encode(type), ...data];
    return [...side(data.length), ...body, ...side(crc32(Uint8Array.from(body)))];
  };
  const pixels = [...(await deflate(Uint8Array.from(raw)))];
  return Uint8Array.from([
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk("IHDR", [...side(width), ...side(height), ...header]),
    ...chunk("tRNS", [0, 255]),
    ...chunk("IDAT", pixels.slice(0, 5)),
    ...chunk("IDAT", pixels.slice(5)),
    ...chunk("IEND", []),
  ]);
}

describe("what is written is read back", () => {
  test("any mask, byte for byte", async () => {
    const rasters = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
      .chain(([width, height]) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          channels: fc.constant(1 as const),
          data: fc
            .uint8Array({ minLength: width * height, maxLength: width * height })
            .map((data) => Uint8Array.from(data)),
        }),
      );
    await fc.assert(
      fc.asyncProperty(rasters, async (raster) => {
        expect(await readMask(await writeMask(raster))).toEqual(raster);
      }),
      { numRuns: 100 },
    );
  });

  test("another encoder's files are read", async () => {
    const drawn = mask("0110/1001/0000/1111");
    const file = encode({ width: 4, height: 4, channels: 1, depth: 8, data: drawn.data });
    expect(await readMask(new Uint8Array(file))).toEqual(drawn);
  });

  test("what is no mask is not written", async () => {
    const rgb = { width: 1, height: 1, channels: 3 as const, data: new Uint8Array(3) };
    await expect(writeMask(rgb)).rejects.toThrow(/a mask of 1 channel, got 3/);
    await expect(writeMask({ ...mask("01"), width: 3 })).rejects.toThrow(/3 bytes in a mask of 3 x 1, got 2/);
  });
});

describe("grey files of other kinds", () => {
  test.each([
    [1, [0b01100000], [0, 255, 255]],
    [2, [0b00011011], [0, 85, 170]],
    [4, [0x0f, 0x80], [0, 255, 136]],
    [8, [1, 2, 3], [1, 2, 3]],
  ] as const)("of %i bits, with a transparent colour that changes nothing", async (depth, row, data) => {
    const file = await pngOf(3, 2, [depth, 0, 0, 0, 0], [0, ...row, 2, ...row.map(() => 0)]);
    expect(await readMask(file)).toEqual({
      width: 3,
      height: 2,
      channels: 1,
      data: Uint8Array.from([...data, ...data]),
    });
  });

  test.each([0, 1, 2, 3, 4])("rows with filter %i", async (filter) => {
    const rows = [
      [10, 200, 30],
      [250, 3, 90],
      [250, 4, 91],
    ];
    const at = (y: number, x: number) => rows[y]?.[x] ?? 0;
    const filtered = rows.flatMap((row, y) => [
      filter,
      ...row.map((value, x) => {
        const [left, above, corner] = [at(y, x - 1), at(y - 1, x), at(y - 1, x - 1)];
        const nearest = [left, above, corner].reduce((best, each) => {
          const far = (one: number) => Math.abs(left + above - corner - one);
          return far(each) < far(best) ? each : best;
        });
        const guess = [0, left, above, (left + above) >> 1, nearest][filter] ?? 0;
        return (value - guess) & 255;
      }),
    ]);
    expect([...(await readMask(await pngOf(3, 3, [8, 0, 0, 0, 0], filtered))).data]).toEqual(rows.flat());
  });

  test.each([
    [1, 1],
    [2, 1],
    [5, 3],
    [9, 9],
    [17, 12],
  ])("interlaced, %i x %i", async (width, height) => {
    const data = Uint8Array.from({ length: width * height }, (_, i) => (i * 37) & 255);
    const passes = [
      [0, 0, 8, 8],
      [4, 0, 8, 8],
      [0, 4, 4, 8],
      [2, 0, 4, 4],
      [0, 2, 2, 4],
      [1, 0, 2, 2],
      [0, 1, 1, 2],
    ] as const;
    const raw: number[] = [];
    for (const [left, top, dx, dy] of passes) {
      if (left >= width) continue;
      for (let y = top; y < height; y += dy) {
        raw.push(0);
        for (let x = left; x < width; x += dx) raw.push(data[y * width + x] ?? 0);
      }
    }
    expect((await readMask(await pngOf(width, height, [8, 0, 0, 0, 1], raw))).data).toEqual(data);
  });
});

describe("files that are refused", () => {
  test.each([
    ["RGB", [8, 2, 0, 0, 0], "not-gray", /is an RGB picture/],
    ["a palette", [8, 3, 0, 0, 0], "not-gray", /is a palette picture/],
    ["grey and alpha", [8, 4, 0, 0, 0], "not-gray", /is a grey and alpha picture/],
    ["16 bits", [16, 0, 0, 0, 0], "not-gray", /has 16 bits per pixel/],
    ["an unknown interlacing", [8, 0, 0, 0, 2], "damaged", /header/],
  ] as const)("%s", async (_, header, problem, message) => {
    const error = await readMask(await pngOf(2, 1, header, [0, 0, 0])).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(MaskFileError);
    expect(error).toMatchObject({ tag: "MaskFileError", problem, message: expect.stringMatching(message) });
  });

  test("too few or too many pixels, an unknown filter, other bytes", async () => {
    const header = [8, 0, 0, 0, 0];
    await expect(readMask(await pngOf(2, 2, header, [0, 1, 2, 0, 1]))).rejects.toThrow(/end after 1 of 2 rows/);
    await expect(readMask(await pngOf(2, 1, header, [0, 1, 2, 0, 1]))).rejects.toThrow(
      /more pixel data than its header says/,
    );
    await expect(readMask(await pngOf(2, 1, header, [9, 1, 2]))).rejects.toThrow(/filter that does not exist/);
    await expect(readMask(new Uint8Array(0))).rejects.toThrow(/[Nn]ot a PNG file/);
  });

  test("more pixels than allowed, by the header, before memory is spent", async () => {
    const bomb = await pngOf(30_000, 30_000, [8, 0, 0, 0, 0], [0]);
    await expect(readMask(bomb)).rejects.toThrow(/30000 x 30000 pixels.*maxPixels.*100000000/);
    await expect(readMask(await writeMask(mask("01/10")), { maxPixels: 3 })).rejects.toThrow(/more than maxPixels, 3/);
  });

  test("any damage is told, never a wrong mask", async () => {
    const drawn = mask("011010/100111/000000/111111/101010");
    const file = await writeMask(drawn);
    for (let at = 0; at < file.length; at++) {
      for (const bit of [1, 16, 128]) {
        const damaged = file.slice();
        damaged[at] = (damaged[at] ?? 0) ^ bit;
        const read = await readMask(damaged).catch((cause: unknown) => cause);
        expect(read).toBeInstanceOf(MaskFileError);
      }
      await expect(readMask(file.slice(0, at))).rejects.toThrow(MaskFileError);
    }
    expect(await readMask(Uint8Array.from([...file, 1, 2, 3]))).toEqual(drawn);
  });
});

test("an unknown option is named", async () => {
  const options = { maxPixel: 1 } as object;
  await expect(readMask(await writeMask(mask("0")), options)).rejects.toThrow(
    /no option "maxPixel". Did you mean maxPixels\?/,
  );
});
