import { golden, hasRealData, real, realJson, withoutRealData } from "@isic/fixtures";
import { beforeAll, describe, expect, test } from "vitest";
import type { Codecs } from "../../src/codecs/types.ts";
import { isIsicError } from "../../src/errors.ts";
import { inBrowser, platformCodecs, sha256 } from "../support/codecs.ts";

let codecs: Codecs;

beforeAll(async () => {
  codecs = await platformCodecs();
});

/** Bytes of a picture with a pattern that every encoder must keep apart. */
function pattern(channels: 1 | 3 | 4, pixels: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: pixels * channels }, (_, i) =>
    channels === 4 && i % 4 === 3 ? 255 : (i * 37) % 256,
  );
}

describe("codecs", () => {
  test("a JPEG decodes to its size in stored order", async () => {
    const raster = await codecs.decode(await golden("v1-fixtures/slic320x240.jpg"));
    expect([raster.width, raster.height, raster.channels, raster.data.length]).toEqual([320, 240, 3, 320 * 240 * 3]);
  });

  test.each([1, 3, 4] as const)("a PNG of %i channels is lossless", async (channels) => {
    const data = pattern(channels, 20);
    const back = await codecs.decode(await codecs.encodePng({ width: 5, height: 4, channels, data }));
    const rgb = Array.from({ length: 20 }, (_, p) =>
      channels === 1 ? Array(3).fill(data[p]) : [...data.subarray(p * channels, p * channels + 3)],
    );
    expect([...back.data]).toEqual(rgb.flat());
  });

  test("a JPEG written here reads back within a few levels", async () => {
    const original = await codecs.decode(await golden("v1-fixtures/slic320x240.jpg"));
    const back = await codecs.decode(await codecs.encodeJpeg(original, 95));
    const off = back.data.reduce((sum, v, i) => sum + Math.abs(v - original.data[i]!), 0) / back.data.length;
    expect(off).toBeLessThan(4);
  });

  test("superpixels go out as the archive's PNG and come back", async () => {
    const labels = await codecs.readSuperpixels(await golden("v1-fixtures/slic320x240_superpixels.png"));
    expect(labels.count).toBe(960);
    const back = await codecs.readSuperpixels(await codecs.writeSuperpixels(labels));
    expect(await sha256(new Uint8Array(back.data.buffer))).toBe(await sha256(new Uint8Array(labels.data.buffer)));
  });

  test.each([
    ["an HTML page", "<!doctype html><title>502</title>", "it is an HTML or XML page"],
    ["a JSON error", '{"message":"no"}', "it is JSON"],
    ["nothing", "", "it is empty"],
    ["text", "hello", "its first bytes are of no known picture format"],
  ])("%s is refused with a sentence", async (_, text, reason) => {
    const bytes = new Uint8Array(new TextEncoder().encode(text));
    const error = await codecs.decode(bytes, { what: "ISIC_1" }).catch((e: unknown) => e);
    expect(isIsicError(error, "UndecodableImageError") && error.message).toContain(
      `ISIC_1 cannot be decoded: ${reason}`,
    );
  });

  test("a JPEG cut anywhere is refused, not painted grey", async () => {
    const whole = await golden("v1-fixtures/slic320x240.jpg");
    for (const part of [0.2, 0.5, 0.9, 0.999]) {
      const cut = whole.slice(0, Math.floor(whole.length * part));
      const error = await codecs.decode(cut).catch((e: unknown) => e);
      expect(isIsicError(error, "UndecodableImageError"), `${part}`).toBe(true);
    }
  });

  test("a stopped call rejects with the reason", async () => {
    const bytes = await golden("v1-fixtures/slic320x240.jpg");
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(codecs.decode(bytes, { signal })).rejects.toThrow("enough");
  });
});

describe.skipIf(!hasRealData)(`real photos ${hasRealData ? "" : withoutRealData}`, () => {
  test("all 14 decode to the reference's very bytes", async () => {
    const photos = await realJson<readonly { name: string; rgb_sha256: string }[]>("manifest.json");
    expect(photos).toHaveLength(14);
    for (const { name, rgb_sha256 } of photos) {
      const raster = await codecs.decode(await real(`images/${name}.jpg`));
      expect(await sha256(raster.data), `${name} ${inBrowser ? "in the browser" : "in Node"}`).toBe(rgb_sha256);
    }
  });
});
