import { deflateSync } from "node:zlib";
import { golden } from "@isic/fixtures";
import { PNG } from "pngjs";
import { describe, expect, test } from "vitest";
import * as everywhere from "../src/index.ts";
import * as node from "../src/node.ts";
import { deflate } from "../src/png/streams.ts";
import { labelImage } from "./kit/images.ts";
import { chunk, file, filtered, header, pngOf } from "./kit/png.ts";
import { expectSame } from "./kit/same.ts";

const labels = labelImage(
  40,
  30,
  Int32Array.from({ length: 1200 }, (_, i) => Math.floor((i % 40) / 9) + 300 * Math.floor(i / 240)),
);

describe("over node:zlib", () => {
  test("the entries have the same names, and /node also synchronous twins", () => {
    const names = Object.keys(everywhere).sort();
    const more = ["readPngSync", "readSuperpixelPngSync", "readSuperpixelsSync", "writeSuperpixelPngSync"];
    expect(Object.keys(node).sort()).toEqual([...names, ...more].sort());
  });

  test("everything reads what it and everything else writes", async () => {
    const original = await everywhere.readSuperpixelPng(await golden("slic/synthetic_641x479_labels.png"));
    const map = everywhere.buildMap(original);
    const files = [
      node.writeSuperpixelPngSync(original),
      await node.writeSuperpixelPng(original),
      await everywhere.writeSuperpixelPng(original),
    ];
    for (const bytes of files) {
      expectSame(node.readSuperpixelPngSync(bytes), original);
      expectSame(await node.readSuperpixelPng(bytes), original);
      expectSame(await everywhere.readSuperpixelPng(bytes), original);
      for (const both of [
        node.readSuperpixelsSync(bytes),
        await node.readSuperpixels(bytes),
        await everywhere.readSuperpixels(bytes),
      ]) {
        expectSame(both.labels, original);
        expectSame(both.map, map);
      }
      const { data } = PNG.sync.read(Buffer.from(bytes));
      expectSame(node.decodeRgba(data, original.width, original.height), original);
    }
  });

  test("files of pngjs are read", () => {
    const data = Buffer.alloc(labels.data.length * 4);
    for (const [i, label] of labels.data.entries()) data.set([label, label >> 8, label >> 16, 255], i * 4);
    for (const colorType of [2, 6] as const) {
      const bytes = PNG.sync.write({ width: 40, height: 30, data } as PNG, { colorType, inputHasAlpha: true });
      expectSame(node.readSuperpixelPngSync(bytes), labels);
    }
  });

  test("what is wrong is named alike, at once or later", async () => {
    const IEND = chunk("IEND");
    const rows = filtered(labels, 3, [4]);
    const sound = await deflate(rows);
    const unknown = rows.slice();
    unknown[121] = 9;
    const wrong = {
      bomb: await deflate(new Uint8Array(2 ** 26)),
      long: await deflate(new Uint8Array([...rows, 0])),
      short: await deflate(rows.subarray(1)),
      cut: sound.subarray(0, sound.length - 1),
      extra: new Uint8Array([...sound, 1]),
      damaged: sound.map((byte, i) => (i === 20 ? byte ^ 0x55 : byte)),
      unknown: await deflate(unknown),
    };
    for (const [name, data] of Object.entries(wrong)) {
      const bytes = file(header(labels), chunk("IDAT", data), IEND);
      const expected = { tag: "PngError", problem: "pixels" };
      expect(() => node.readSuperpixelsSync(bytes), name).toThrow(expect.objectContaining(expected));
      await expect(node.readSuperpixels(bytes), name).rejects.toMatchObject(expected);
      // Node's DecompressionStream overlooks the end of the stream; the rows are whole.
      if (name === "cut" || name === "extra") continue;
      await expect(everywhere.readSuperpixels(bytes), name).rejects.toMatchObject(expected);
    }
  });

  describe("files large enough for another thread", () => {
    const width = 1601;
    const height = 900;
    const cells = Int32Array.from(
      { length: width * height },
      (_, i) => Math.floor((i % width) / 50) + 33 * Math.floor(i / (width * 40)),
    );
    const large = labelImage(width, height, cells);
    const rows = filtered(large, 3, [4, 2, 1]);
    const bytesOf = (deflated: Uint8Array): Uint8Array => file(header(large), chunk("IDAT", deflated), chunk("IEND"));

    test("are read like small ones", async () => {
      expect(rows.length).toBeGreaterThan(4 * 2 ** 20);
      const bytes = bytesOf(deflateSync(rows));
      const [one, other] = await Promise.all([node.readSuperpixels(bytes), node.readSuperpixels(bytes)]);
      for (const { labels: read, map } of [one, other, node.readSuperpixelsSync(bytes)]) {
        expectSame(read, large);
        expectSame(map, everywhere.buildMap(large));
      }
      expect(one.map.pixels.buffer).not.toBe(other.map.pixels.buffer);
    });

    test("and as wrong", async () => {
      const unknown = rows.slice();
      unknown[700 * (1 + width * 3)] = 7;
      const sound = deflateSync(rows);
      const wrong: [string, Uint8Array][] = [
        ["filter that does not exist", deflateSync(unknown)],
        ["more pixel data", deflateSync(Buffer.concat([rows, Buffer.alloc(2 ** 24)]))],
        ["end after 899 of 900 rows", deflateSync(rows.subarray(0, -1))],
        ["cannot be inflated", sound.subarray(0, -3)],
        ["cannot be inflated", sound.map((byte, i) => (i > 5000 && i < 5020 ? byte ^ 0x5a : byte))],
        ["bytes behind", Buffer.concat([sound, Buffer.of(0)])],
      ];
      for (const [message, deflated] of wrong) {
        await expect(node.readSuperpixels(bytesOf(deflated)), message).rejects.toThrow(message);
        expect(() => node.readSuperpixelsSync(bytesOf(deflated)), message).toThrow(message);
      }
    });

    test("until a signal says otherwise", async () => {
      const controller = new AbortController();
      const reading = node.readSuperpixels(bytesOf(deflateSync(rows)), { signal: controller.signal });
      controller.abort("enough");
      await expect(reading).rejects.toBe("enough");
    });
  });

  test("many files at a time do not disturb each other", async () => {
    const images = Array.from({ length: 12 }, (_, n) => {
      const data = Int32Array.from(
        { length: 300 * 200 },
        (_, i) => Math.floor((i % 300) / (5 + n)) + 100 * Math.floor(i / 3000),
      );
      return labelImage(300, 200, data);
    });
    const files = await Promise.all(images.map((image) => pngOf(image, 3, filtered(image, 3, [1, 4, 2]))));
    for (const read of [node.readSuperpixels, everywhere.readSuperpixels]) {
      const all = await Promise.all(files.map((bytes) => read(bytes)));
      for (const [i, { labels: decoded, map }] of all.entries()) {
        expectSame(decoded, images[i]!);
        expectSame(map, everywhere.buildMap(images[i]!));
      }
    }
  });

  test("an aborted signal gives its reason", async () => {
    const bytes = node.writeSuperpixelPngSync(labels);
    await expect(node.readSuperpixels(bytes, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
  });
});
