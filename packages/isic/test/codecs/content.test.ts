import type { Bytes } from "@isic/cache";
import { golden } from "@isic/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkContent, decodeGzipJson, decodeIndexNpz, encodeGzipJson, encodeIndexNpz } from "../../src/index.ts";

const ROOM = "h.org/anonymous";
const DEMO = "spidx_5436e3abbae478396759f0cf.npz";
const text = (value: string): Bytes => new TextEncoder().encode(value) as Bytes;

describe("npz", () => {
  test("the Python client's own file is read", async () => {
    const { width, height, data, count } = await decodeIndexNpz(await golden(DEMO));
    expect([width, height, data.length, count]).toEqual([640, 480, 307_200, 996]);
    const digest = await crypto.subtle.digest("SHA-256", data);
    const start = Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
    expect(start).toBe("3724ac3f6178ca49");
  });

  test("what is written is read back, for any shape and labels", async () => {
    const size = fc.integer({ min: 1, max: 30 });
    await fc.assert(
      fc.asyncProperty(size, size, fc.integer(), async (width, height, seed) => {
        const data = Int32Array.from({ length: width * height }, (_, i) => Math.imul(i + 1, seed) >>> 8);
        const back = await decodeIndexNpz(await encodeIndexNpz({ width, height, data }));
        expect([back.width, back.height]).toEqual([width, height]);
        expect(back.data).toEqual(data);
      }),
      { numRuns: 40 },
    );
    await expect(encodeIndexNpz({ width: 2, height: 2, data: new Int32Array(3) })).rejects.toThrow(RangeError);
  });

  test("a changed, cut or foreign file is refused, never read as other labels", async () => {
    const data = Int32Array.from({ length: 64 }, (_, i) => i);
    const good = await encodeIndexNpz({ width: 8, height: 8, data });
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bad = good.slice();
        bad[at]! ^= change;
        const labels = await decodeIndexNpz(bad).then(
          (grid) => [...grid.data],
          (error: { tag?: string }) => error.tag,
        );
        // Some bytes mean nothing (dates, versions): then the labels are the same.
        if (labels !== "InvalidContentError") expect(labels).toEqual([...data]);
      }),
      { numRuns: 300 },
    );
    for (let length = 0; length < good.length; length += 7) {
      await expect(decodeIndexNpz(good.slice(0, length))).rejects.toMatchObject({ tag: "InvalidContentError" });
    }
    await expect(decodeIndexNpz(text("not a zip at all, but long enough for one"))).rejects.toThrow("it is no ZIP");
  });

  test("a small file that unpacks to more than it says is refused", async () => {
    const bomb = await encodeIndexNpz({ width: 1000, height: 1000, data: new Int32Array(1e6) });
    const view = new DataView(bomb.buffer);
    const central = bomb.length - 22 - 46 - "idx.npy".length;
    view.setUint32(central + 24, 1000, true);
    await expect(decodeIndexNpz(bomb)).rejects.toThrow("1000 x 1000 labels take 4000000 bytes, not 872");
  });
});

describe("gzip JSON", () => {
  test("any JSON comes back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await decodeGzipJson(await encodeGzipJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 50 },
    );
    await expect(encodeGzipJson(undefined)).rejects.toThrow(TypeError);
  });

  test("cut, foreign and broken files are refused with the reason", async () => {
    const good = await encodeGzipJson({ a: 1 });
    await expect(decodeGzipJson(good.slice(0, -4))).rejects.toThrow("it cannot be unpacked");
    await expect(decodeGzipJson(text("{}"))).rejects.toThrow("it cannot be unpacked");
    const lying = await encodeGzipJson("long enough to be longer than it says");
    lying[lying.length - 4] = 3;
    await expect(decodeGzipJson(lying)).rejects.toThrow("it cannot be unpacked");
  });

  test("what is longer, deeper or of more values than allowed is refused, and the limits can be set", async () => {
    const many = await encodeGzipJson(Array.from({ length: 1_000_001 }, () => 0));
    await expect(decodeGzipJson(many)).rejects.toThrow("it has more than 1000000 values");
    expect(await decodeGzipJson<number[]>(many, { maxValues: 2_000_000 })).toHaveLength(1_000_001);
    await expect(decodeGzipJson(many, { maxBytes: 1000 })).rejects.toThrow("more than the 1000 that are allowed");
    let deep: unknown = 1;
    for (let i = 0; i < 1500; i++) deep = [deep];
    await expect(decodeGzipJson(await encodeGzipJson(deep))).rejects.toThrow("nested deeper than 1000");
  });
});

describe("checkContent", () => {
  const check = (type: string, value: Bytes): Promise<string | undefined> =>
    checkContent(`${ROOM}/${type}/0a/x`, value);

  test("takes whole pictures and label maps", async () => {
    expect(await check("image", await golden("v1-fixtures/slic320x240.jpg"))).toBe(undefined);
    expect(await check("image", await golden("slic/synthetic_64x48.png"))).toBe(undefined);
    expect(await check("spimg", await golden("v1-fixtures/grid64x48_superpixels.png"))).toBe(undefined);
    expect(await check("spidx", await golden(DEMO))).toBe(undefined);
  });

  test("notices a picture that is cut anywhere", async () => {
    for (const name of ["v1-fixtures/slic320x240.jpg", "slic/synthetic_64x48.png"]) {
      const whole = await golden(name);
      const step = Math.max(1, Math.floor(whole.length / 300));
      for (let length = 0; length < whole.length; length += step) {
        expect(await check("image", whole.slice(0, length)), `${name} cut to ${length}`).not.toBe(undefined);
      }
    }
  });

  test("notices every changed byte of a label map", async () => {
    const whole = await golden("v1-fixtures/grid64x48_superpixels.png");
    for (let at = 0; at < whole.length; at++) {
      const bad = whole.slice();
      bad[at]! ^= 1;
      expect(await check("spimg", bad), `byte ${at}`).not.toBe(undefined);
    }
  });

  test("notices error bodies where pixels or records should be", async () => {
    const error = { message: "Invalid ObjectId", type: "rest" };
    expect(await check("image", text(JSON.stringify(error)))).toContain("it is JSON, probably an error of the server");
    expect(await check("image", text("<html>"))).toContain("it is an HTML or XML page");
    expect(await check("image", text(""))).toBe("it is empty");
    expect(await check("image", text("no photo"))).toBe("its first bytes are of no known picture format");
    expect(await check("spimg", text(JSON.stringify(error)))).toContain("it is JSON");
    expect(await check("spimg", await golden("v1-fixtures/slic320x240.jpg"))).toBe("it is a JPEG, not a PNG");
    for (const body of [error, { detail: "Not Found" }, { message: "Internal" }]) {
      for (const type of ["imcache", "dscache", "stcache", "sgcache", "stann"]) {
        expect(await check(type, await encodeGzipJson(body)), type).toContain("it is an error of the server");
      }
    }
    expect(await check("dscache", await encodeGzipJson({ a: 1 }))).toBe("it should be a list");
    expect(await check("imcache", await encodeGzipJson({ a: { _id: "b" } }))).toContain("not the id it is filed under");
    expect(await check("imcache", await encodeGzipJson([]))).toBe("it should be an object of records");
    expect(await check("unheard", text("anything"))).toBe(undefined);
  });
});
