import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeRgb, type LabelImage, pixelsOf, SparseLabelsError } from "../src/index.ts";
import type { Rows } from "../src/png/rows.ts";
import { anyImage, labelImage, smallLabels } from "./kit/images.ts";
import { type Implementation, implementations } from "./kit/implementations.ts";
import { filtered } from "./kit/png.ts";
import { expectNumbers, expectSame } from "./kit/same.ts";

function rgbaOf(labels: LabelImage): Uint8Array {
  const rgba = new Uint8Array(labels.data.length * 4);
  for (const [i, label] of labels.data.entries()) rgba.set([label, label >> 8, label >> 16, i * 11], i * 4);
  return rgba;
}

/** Feeds rows in pieces of these sizes, over and over. */
function feed(rows: Rows, bytes: Uint8Array, sizes: readonly number[]): void {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    rows.push(bytes.subarray(at, at + size));
    at += size;
  }
}

describe.each(implementations)("$name", (core: Implementation) => {
  test("decode . encode is the identity, for RGB and RGBA", () => {
    fc.assert(
      fc.property(anyImage, (labels) => {
        expectSame(core.decodeRgb(encodeRgb(labels).data, labels.width, labels.height), labels);
        expectSame(core.decodeRgba(rgbaOf(labels), labels.width, labels.height), labels);
      }),
    );
  });

  test("all 2^24 labels are exact", () => {
    const all = labelImage(4096, 4096, { length: 0 });
    const data = new Int32Array(2 ** 24);
    for (let i = 0; i < data.length; i++) data[i] = i;
    const labels = { ...all, data, count: data.length };
    const back = core.decodeRgb(encodeRgb(labels).data, 4096, 4096);
    expect(back.count).toBe(2 ** 24);
    expect(back.data.every((label, i) => label === i)).toBe(true);
  });

  test("a map has every pixel once, ascending within its row, where its label says", () => {
    fc.assert(
      fc.property(smallLabels, (labels) => {
        const map = core.buildMap(labels);
        expect(map.count).toBe(labels.count);
        expect(map.offsets[map.count]).toBe(labels.data.length);
        let pixels = 0;
        for (let row = 0; row < map.count; row++) {
          let before = -1;
          for (const pixel of pixelsOf(map, row)) {
            if (pixel <= before || labels.data[pixel] !== row) expect.fail(`pixel ${pixel} in row ${row}`);
            before = pixel;
            pixels++;
          }
        }
        expect(pixels).toBe(labels.data.length);
      }),
    );
  });

  test("sparse labels are refused, or compacted to rows in ascending order", () => {
    fc.assert(
      fc.property(anyImage, (labels) => {
        const sparse = labels.count > 65_536 && labels.count > labels.data.length;
        if (!sparse) expect(core.buildMap(labels).labels).toBeUndefined();
        else {
          expect(() => core.buildMap(labels)).toThrow(SparseLabelsError);
          const map = core.buildMap(labels, { sparse: "compact" });
          const originals = [...new Set(labels.data)].sort((a, b) => a - b);
          expect([...map.labels!]).toEqual(originals);
          for (const [row, label] of originals.entries()) {
            expect(pixelsOf(map, row).every((pixel) => labels.data[pixel] === label)).toBe(true);
          }
          expect(map.offsets[map.count]).toBe(labels.data.length);
        }
      }),
    );
  });

  test("labels beyond the count, or negative, are refused", () => {
    for (const wrong of [-1, 3, 2 ** 31 - 1, -(2 ** 31)]) {
      const labels: LabelImage = { width: 2, height: 2, data: Int32Array.of(0, 1, wrong, 2), count: 3 };
      expect(() => core.buildMap(labels)).toThrow(
        new RangeError(`expected labels from 0 to 2 (labels.count - 1), got ${wrong}`),
      );
      // And the next call is not the worse for it.
      expect([...core.buildMap(labelImage(2, 1, [1, 0])).pixels]).toEqual([1, 0]);
    }
  });

  test("rows of any filters, in pieces of any size, are decoded and mapped", () => {
    const filters = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 7 });
    const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 4 });
    const channels = fc.constantFrom<3 | 4>(3, 4);
    fc.assert(
      fc.property(anyImage, channels, filters, sizes, (labels, channels, filters, sizes) => {
        const rows = core.openRows(labels.width, labels.height, channels);
        feed(rows, filtered(labels, channels, filters), sizes);
        const decoded = rows.labels();
        expectSame(decoded, labels);
        const options = { sparse: "compact" } as const;
        expectSame(rows.map(decoded, options), core.buildMap(labels, options));
        rows.close();
      }),
      { numRuns: 300 },
    );
  });

  test("differences of any kind are decoded alike", () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 150 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom<3 | 4>(3, 4),
    );
    const noise = sizes.chain(([width, height, channels]) => {
      const length = height * (1 + width * channels);
      const byte = fc.oneof(
        { weight: 6, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
      );
      return fc.array(byte, { minLength: length, maxLength: length }).map((bytes) => {
        const rows = Uint8Array.from(bytes);
        for (let y = 0; y < height; y++) rows[y * (1 + width * channels)]! %= 5;
        return { width, height, channels, rows };
      });
    });
    const reference = implementations[2]!;
    fc.assert(
      fc.property(noise, ({ width, height, channels, rows }) => {
        const [ours, theirs] = [core, reference].map((each) => each.openRows(width, height, channels));
        ours!.push(rows);
        theirs!.push(rows);
        expectSame(ours!.labels(), theirs!.labels());
        ours!.close();
      }),
      { numRuns: 200 },
    );
  });

  test("images larger than the windows of memory", () => {
    const width = 1021;
    const height = 301;
    const data = Int32Array.from({ length: width * height }, (_, i) => {
      const x = i % width;
      const y = (i - x) / width;
      return Math.floor((x + (y & 3)) / 17) + 60 * Math.floor((y + (x & 7)) / 19);
    });
    const labels = labelImage(width, height, data);
    const reference = implementations[2]!;
    const map = core.buildMap(labels);
    expectSame(map, reference.buildMap(labels));
    expectSame(core.decodeRgb(encodeRgb(labels).data, width, height), labels);
    const rows = core.openRows(width, height, 3);
    rows.push(filtered(labels, 3, [1, 4, 2, 4, 3, 0]));
    const decoded = rows.labels();
    expectSame(decoded, labels);
    expectSame(rows.map(decoded, {}), map);
    rows.close();
  });

  test("neighbours and outlines are those of the twin", () => {
    const reference = implementations[2]!;
    fc.assert(
      fc.property(smallLabels, fc.constantFrom<4 | 8>(4, 8), (labels, connectivity) => {
        expect(core.neighbors(labels, { connectivity })).toEqual(reference.neighbors(labels, { connectivity }));
        expect(core.outlines(labels, { connectivity })).toEqual(reference.outlines(labels, { connectivity }));
      }),
    );
  });

  test.each([100, 3000])("so are those of noise of %i labels, more than was expected of an image", (count) => {
    const reference = implementations[2]!;
    const noise = Int32Array.from({ length: 100 * 41 }, (_, i) => (Math.imul(i + 7, 0x9e3779b1) >>> 8) % count);
    const labels = labelImage(100, 41, noise);
    for (const connectivity of [4, 8] as const) {
      const lists = core.neighbors(labels, { connectivity });
      for (const [label, list] of reference.neighbors(labels, { connectivity }).entries()) {
        expectNumbers(lists[label]!, list);
      }
      const rings = (each: Implementation): Int32Array =>
        Int32Array.from(
          each
            .outlines(labels, { connectivity })
            .flatMap((outline) => [
              outline.length,
              ...outline.flatMap(({ outer, holes }) => [outer, ...holes].flatMap((ring) => [ring.length, ...ring])),
            ]),
        );
      expectNumbers(rings(core), rings(reference));
    }
  });

  test("paint is that of the twin: any brushes, stripes, colours, channels and addresses", () => {
    const reference = implementations[2]!;
    const color = fc.tuple(fc.nat(255), fc.double({ min: 0, max: 255, noNaN: true }), fc.nat(255));
    const alpha = fc.oneof(fc.constantFrom(0, 0.4, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
    const brush = fc.tuple(fc.array(color, { minLength: 1, maxLength: 2 }), alpha, fc.nat(1000));
    const brushes = fc.array(brush, { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(smallLabels, fc.constantFrom<3 | 4>(3, 4), brushes, fc.nat(3), (labels, channels, brushes, shift) => {
        const map = core.buildMap(labels);
        const chosen = brushes.map(([, , n]) => n % map.count);
        const length = labels.data.length * channels;
        const painted = [core, reference].map((each) => {
          const data = Uint8Array.from({ length: length + 8 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
          const alphaMap = new Float64Array(labels.data.length);
          each.paintSuperpixels({ ...labels, channels, data: data.subarray(shift, shift + length) }, map, chosen, {
            color: brushes.map(([colors]) => colors),
            alpha: brushes.map(([, alpha]) => alpha),
            alphaMap,
          });
          return { data, alphaMap };
        });
        expectNumbers(painted[0]!.data, painted[1]!.data);
        expect(painted[0]!.alphaMap).toEqual(painted[1]!.alphaMap);
      }),
    );
  });

  test("what cannot be painted leaves what was painted before it", () => {
    const labels = labelImage(2, 1, [0, 1]);
    const data = Uint8Array.of(1, 1, 1, 2, 2, 2);
    const paint = { color: [[9, 9, 9] as const, [256, 0, 0] as const] };
    const wrong = (): void =>
      core.paintSuperpixels({ ...labels, channels: 3, data }, core.buildMap(labels), [0, 1], paint);
    expect(wrong).toThrow(RangeError);
    expect([...data]).toEqual([9, 9, 9, 2, 2, 2]);
  });

  test("labels beyond the count have no neighbours nor outlines", () => {
    for (const wrong of [-1, 3, -(2 ** 31)]) {
      const labels: LabelImage = { width: 2, height: 2, data: Int32Array.of(0, 1, wrong, 2), count: 3 };
      const expected = new RangeError(`expected labels from 0 to 2 (labels.count - 1), got ${wrong}`);
      expect(() => core.neighbors(labels)).toThrow(expected);
      expect(() => core.outlines(labels)).toThrow(expected);
    }
  });

  test("into memory of the caller", () => {
    const labels = labelImage(3, 1, [2, 0, 2]);
    const memory = new Int32Array(3);
    expect(core.decodeRgbInto(encodeRgb(labels).data, 3, 1, memory).data).toBe(memory);
    expect(memory).toEqual(labels.data);
    const buffers = { offsets: new Uint32Array(9).fill(7), pixels: new Uint32Array(3) };
    const map = core.buildMapInto(labels, buffers);
    expect(map).toEqual(core.buildMap(labels));
    expect(map.pixels).toBe(buffers.pixels);
    expect([...buffers.offsets]).toEqual([0, 1, 1, 3, 7, 7, 7, 7, 7]);
    expect(() => core.buildMapInto(labels, { ...buffers, offsets: new Uint32Array(3) })).toThrow(RangeError);
    expect(() => core.buildMapInto(labels, { ...buffers, pixels: new Uint32Array(4) })).toThrow(RangeError);
  });
});
