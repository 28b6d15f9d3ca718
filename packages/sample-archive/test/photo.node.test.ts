import fc from "fast-check";
import { decode } from "jpeg-js";
import { PNG } from "pngjs";
import { describe, expect, test } from "vitest";
import { encodeJpeg } from "../src/photo/jpeg.ts";
import { withCredits, withSegments } from "../src/photo/jpeg-segments.ts";
import { encodePng } from "../src/photo/png.ts";

describe("encodeJpeg", () => {
  test("what it writes, another decoder reads back nearly as it was, in any size", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer(),
        (width, height, seed) => {
          const data = new Uint8ClampedArray(width * height * 4);
          for (let i = 0; i < width * height; i++) {
            const [x, y] = [i % width, Math.floor(i / width)];
            data.set(
              [128 + 100 * Math.sin((x + seed) / 19), 128 + 90 * Math.cos(y / 23), 128 + ((x + y) % 60), 255],
              4 * i,
            );
          }
          const back = decode(encodeJpeg({ width, height, data }, { quality: 95 }), { useTArray: true });
          expect([back.width, back.height]).toEqual([width, height]);
          let error = 0;
          for (let i = 0; i < data.length; i++) error += Math.abs(back.data[i]! - data[i]!);
          expect(error / data.length).toBeLessThan(4);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("noise at every quality survives its Huffman codes", () => {
    const data = Uint8ClampedArray.from({ length: 48 * 40 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 7919) % 256));
    for (const quality of [1, 10, 50, 75, 90, 100]) {
      const back = decode(encodeJpeg({ width: 48, height: 40, data }, { quality }));
      expect([back.width, back.height]).toEqual([48, 40]);
    }
  });

  test("orientation, comment and filling do not touch the picture", () => {
    const picture = { width: 8, height: 8, data: new Uint8ClampedArray(256).fill(99) };
    const jpeg = encodeJpeg(picture, { quality: 90 });
    const plain = decode(jpeg, { useTArray: true });
    for (const atLeast of [0, 900, 1003, 70_000, 200_000]) {
      const filled = withSegments(jpeg, { orientation: 6, comment: "ISIC_0000001", atLeast });
      expect(filled.length).toBeGreaterThanOrEqual(atLeast);
      if (atLeast > 900) expect(filled.length).toBeLessThan(atLeast + 5);
      const back = decode(filled, { useTArray: true }) as unknown as typeof plain & { exifBuffer: Uint8Array };
      expect(back.data).toEqual(plain.data);
      // after "Exif", two zeros (of which the decoder takes one), a big-endian TIFF with one entry: 0x0112 = 6
      const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6];
      expect(Array.from(back.exifBuffer.slice(0, 21))).toEqual([0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, ...entry]);
    }
  });
});

describe("withCredits", () => {
  test("embeds a credit line in IPTC, name and licence in XMP, both UTF-8, and leaves the picture alone", () => {
    const picture = { width: 8, height: 8, data: new Uint8ClampedArray(256).fill(99) };
    const jpeg = encodeJpeg(picture, { quality: 90 });
    const credited = withCredits(jpeg, {
      name: "ISIC_0000001",
      credit: "Hospital Clínic & <others>",
      licence: "CC-BY",
      licenceUrl: "https://creativecommons.org/licenses/by/4.0/",
    });
    expect(decode(credited, { useTArray: true }).data).toEqual(decode(jpeg, { useTArray: true }).data);
    const at = Buffer.from(credited).indexOf("Photoshop 3.0\0" + "8BIM\x04\x04\0\0", 0, "latin1");
    expect(credited.subarray(at - 4, at - 2)).toEqual(Uint8Array.of(0xff, 0xed));
    const records = new Map<number, string>();
    const start = at + 26;
    const end = start + new DataView(credited.buffer).getUint32(at + 22);
    for (let i = start; i < end; ) {
      const length = (credited[i + 3]! << 8) | credited[i + 4]!;
      records.set(credited[i + 2]!, Buffer.from(credited.subarray(i + 5, i + 5 + length)).toString("utf8"));
      i += 5 + length;
    }
    expect([records.get(110), records.get(115)]).toEqual(["Hospital Clínic & <others>", "ISIC Archive"]);
    const text = Buffer.from(credited).toString("utf8");
    expect(text).toMatch(/<dc:title>.*>ISIC_0000001<.*<xmpRights:UsageTerms>.*>CC-BY</);
    expect(text).toContain('xmpRights:WebStatement="https://creativecommons.org/licenses/by/4.0/"');
  });
});

describe("encodePng", () => {
  test("grey pictures come back exactly", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.uint8Array({ minLength: 1, maxLength: 1200 }),
        async (width, bytes) => {
          const height = Math.max(1, Math.floor(bytes.length / width));
          const grey = Uint8Array.from({ length: width * height }, (_, i) => bytes[i % bytes.length]!);
          const { data } = PNG.sync.read(Buffer.from(await encodePng(width, height, grey)));
          expect(grey.every((value, i) => data[4 * i] === value)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });
});
