// Every kind of PNG there is: as a picture against Pillow, as labels against its values.
import { decode as fastPng } from "fast-png";
import { describe, expect, test } from "vitest";
import { NotALabelMapError, readPng, readSuperpixelPng, readSuperpixels } from "../src/index.ts";
import { deflate } from "../src/png/streams.ts";
import cases from "./golden/png_reference.json" with { type: "json" };
import { chunk, file, header } from "./kit/png.ts";
import { expectNumbers } from "./kit/same.ts";

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

describe("pictures have the bytes of Pillow", () => {
  test.each(cases)("$name", async ({ colorType, width, height, ...each }) => {
    const png = bytesOf(each.file);
    const [rgb, grey] = [bytesOf(each.rgb), bytesOf(each.grey)];
    const isGrey = colorType === 0 || colorType === 4;
    const natural = await readPng(png);
    expect([natural.width, natural.height, natural.channels]).toEqual([width, height, isGrey ? 1 : 3]);
    expectNumbers(natural.data, isGrey ? grey : rgb);
    expectNumbers((await readPng(png, { channels: 3 })).data, rgb);
    expectNumbers((await readPng(png, { channels: 1 })).data, grey);
  });

  test("of 8-bit files also those of fast-png, alpha left out", async () => {
    for (const each of cases.filter(
      ({ name, bitDepth, colorType }) => bitDepth === 8 && colorType !== 3 && !name.includes("tRNS"),
    )) {
      const png = bytesOf(each.file);
      const { channels, data } = fastPng(png);
      const colors = channels % 2 === 0 ? channels - 1 : channels;
      const expected = Uint8Array.from(data).filter((_, i) => i % channels < colors);
      expectNumbers((await readPng(png)).data, expected, each.name);
    }
  });
});

describe("labels", () => {
  const of = (colorType: number, bitDepth: number): typeof cases =>
    cases.filter((each) => each.colorType === colorType && each.bitDepth === bitDepth);

  test("are the colours of palettes, RGB and RGBA, interlaced or not, whatever is transparent", async () => {
    const coloured = [1, 2, 4, 8].flatMap((bitDepth) => of(3, bitDepth)).concat(of(2, 8), of(6, 8));
    expect(coloured).toHaveLength(66);
    for (const each of coloured) {
      const rgb = bytesOf(each.rgb);
      const expected = Int32Array.from(
        { length: each.width * each.height },
        (_, i) => rgb[3 * i]! + 256 * rgb[3 * i + 1]! + 65_536 * rgb[3 * i + 2]!,
      );
      const { labels, map } = await readSuperpixels(bytesOf(each.file), { sparse: "compact" });
      expectNumbers(labels.data, expected, each.name);
      expect(labels.count).toBe(Math.max(...expected) + 1);
      expect(map.pixels.length).toBe(expected.length);
    }
  });

  test("are grey values of 16 bits by themselves, of 8 bits when the caller says so", async () => {
    for (const each of [...of(0, 16), ...of(4, 16)]) {
      const found = await readSuperpixelPng(bytesOf(each.file));
      const grey = bytesOf(each.grey);
      expect([...found.data].map((label) => label >> 8)).toEqual([...grey]);
      expectNumbers((await readSuperpixelPng(bytesOf(each.file), { labels: "grey" })).data, found.data);
      expect(found.data.some((label) => (label & 255) !== 0) || found.data.length === 1).toBe(true);
    }
    for (const each of [...of(0, 8), ...of(4, 8)]) {
      const png = bytesOf(each.file);
      await expect(readSuperpixelPng(png)).rejects.toThrow('{ labels: "grey" }');
      expectNumbers((await readSuperpixelPng(png, { labels: "grey" })).data, Int32Array.from(bytesOf(each.grey)));
    }
  });

  test("are the 16-bit values, to the bit", async () => {
    const rows = Uint8Array.of(0, 3, 246, 255, 255, 0, 0, 0, 1);
    const idat = chunk("IDAT", await deflate(rows));
    const png = file(header({ width: 4, height: 1, colorType: 0, bitDepth: 16 }), idat, chunk("IEND"));
    expect(await readSuperpixelPng(png)).toEqual({
      width: 4,
      height: 1,
      data: Int32Array.of(1014, 65_535, 0, 1),
      count: 65_536,
    });
  });

  test("are refused by what the file has instead", async () => {
    const wrong: [number, number, object, string][] = [
      [0, 1, {}, "grey pixels of 1 bits"],
      [0, 4, { labels: "grey" }, "grey pixels of 4 bits"],
      [2, 16, {}, "16 bits a channel"],
      [6, 16, {}, "16 bits a channel"],
      [2, 8, { labels: "grey" }, "colours"],
      [3, 8, { labels: "grey" }, "colours"],
    ];
    for (const [colorType, bitDepth, options, message] of wrong) {
      const error = await readSuperpixelPng(bytesOf(of(colorType, bitDepth)[0]!.file), options).catch((e) => e);
      expect(error).toBeInstanceOf(NotALabelMapError);
      expect(error).toMatchObject({ tag: "NotALabelMapError", problem: "not-labels", colorType, bitDepth });
      expect(error.message).toContain(message);
    }
  });
});

describe("what is no picture", () => {
  test("a palette that lacks the colour of a pixel", async () => {
    const rows = await deflate(Uint8Array.of(0, 0, 2));
    const kind = header({ width: 2, height: 1, colorType: 3 });
    const png = file(kind, chunk("PLTE", [1, 2, 3, 4, 5, 6]), chunk("IDAT", rows), chunk("IEND"));
    await expect(readPng(png)).rejects.toThrow("colour 2 of a palette of 2");
    await expect(readSuperpixelPng(png)).rejects.toMatchObject({ problem: "pixels" });
  });

  test("a few bytes that announce 30000 x 30000 pixels, refused before anything is allocated", async () => {
    for (const kind of [{ colorType: 0 }, { colorType: 2 }, { colorType: 3, bitDepth: 1 }, { interlace: 1 }]) {
      const idat = chunk("IDAT", await deflate(new Uint8Array(9000)));
      const plte = kind.colorType === 3 ? [chunk("PLTE", [0, 0, 0])] : [];
      const bomb = file(header({ width: 30_000, height: 30_000, ...kind }), ...plte, idat, chunk("IEND"));
      expect(bomb.length).toBeLessThan(167);
      const started = performance.now();
      for (const read of [readPng, readSuperpixels]) {
        await expect(read(bomb)).rejects.toMatchObject({ tag: "PngError", problem: "too-large" });
        await expect(read(bomb, { maxPixels: 1e10 })).rejects.toMatchObject({ tag: "PngError", problem: "pixels" });
      }
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });

  test("more pixels than memory holds", async () => {
    const idat = chunk("IDAT", new Uint8Array(12_000_000));
    const grey = file(header({ width: 300_000, height: 300_000, colorType: 0, bitDepth: 1 }), idat, chunk("IEND"));
    const tooLarge = { tag: "PngError", problem: "too-large" };
    await expect(readPng(grey, { maxPixels: 1e11 })).rejects.toMatchObject(tooLarge);
    const kind = { width: 300_000, height: 300_000, colorType: 3, bitDepth: 1 };
    const palette = file(header(kind), chunk("PLTE", [1, 2, 3, 4, 5, 6]), idat, chunk("IEND"));
    await expect(readSuperpixelPng(palette, { maxPixels: 1e11 })).rejects.toMatchObject(tooLarge);
  });

  test("files cut off, without their end, damaged, or of too many rows", async () => {
    for (const each of cases.filter(({ width }) => width === 13)) {
      const png = bytesOf(each.file);
      await expect(readPng(png.subarray(0, -12)), each.name).rejects.toThrow("without its end chunk (IEND)");
      await expect(readPng(png.subarray(0, -13)), each.name).rejects.toMatchObject({ problem: "truncated" });
      const damaged = png.slice();
      damaged[damaged.length - 20]! ^= 1;
      await expect(readPng(damaged), each.name).rejects.toMatchObject({ problem: "checksum" });
      const sound = await readPng(png);
      expectNumbers((await readPng(Uint8Array.of(...png, 1, 2, 3))).data, sound.data);
      const longer = file(
        header({ ...each, width: 13, height: 10, interlace: png[28]! }),
        ...(each.colorType === 3 ? [chunk("PLTE", new Uint8Array(768))] : []),
        chunk("IDAT", await deflate(new Uint8Array(5000))),
        chunk("IEND"),
      );
      await expect(readPng(longer), each.name).rejects.toThrow("more pixel data");
    }
  });

  test("arguments", async () => {
    const png = bytesOf(cases[0]!.file);
    await expect(readPng("png" as never)).rejects.toThrow(TypeError);
    await expect(readPng(png, { channels: 4 as never })).rejects.toThrow("expected channels to be 1 or 3, got 4");
    await expect(readPng(png, { maxPixel: 3 } as never)).rejects.toThrow("unknown option maxPixel: there are channels");
    await expect(readSuperpixelPng(png, { labels: "gray" as never })).rejects.toThrow('"grey"');
    await expect(readPng(png, { maxPixels: Number.NaN })).rejects.toThrow(RangeError);
    await expect(readPng(png, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
  });
});
