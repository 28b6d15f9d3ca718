import { golden, goldenJson } from "@isic/fixtures";
import { beforeAll, describe, expect, test } from "vitest";
import type { Codecs } from "../../src/codecs/types.ts";
import { isIsicError, type UndecodableImageError } from "../../src/errors.ts";
import { platformCodecs, sha256 } from "../support/codecs.ts";

let codecs: Codecs;
let hashes: Readonly<Record<string, string>>;

beforeAll(async () => {
  codecs = await platformCodecs();
  hashes = await goldenJson<Record<string, string>>("pictures.json");
});

/** What decoding says; nothing where it gave pixels. */
async function refusal(bytes: Uint8Array<ArrayBuffer>): Promise<UndecodableImageError | undefined> {
  const error = await codecs.decode(bytes, { what: "It" }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error === undefined || isIsicError(error, "UndecodableImageError"), String(error)).toBe(true);
  return error as UndecodableImageError | undefined;
}

/** A JPEG whose frame says something else. */
async function jpegWith(change: (frame: Uint8Array) => void): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = (await golden("pictures/jpeg-420-restart.jpg")).slice();
  const at = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
  change(bytes.subarray(at));
  return bytes;
}

describe("pixels are Pillow's, whatever the file and the platform", () => {
  test("39 files of every kind of JPEG and PNG", async () => {
    const found: Record<string, string> = {};
    for (const name of Object.keys(hashes)) {
      const { data, width, height, channels } = await codecs.decode(await golden(`pictures/${name}`), { what: name });
      expect([channels, data.length], name).toEqual([3, width * height * 3]);
      found[name] = await sha256(data);
    }
    expect(found).toEqual(hashes);
    expect(Object.keys(hashes)).toHaveLength(39);
  });
});

describe("what is not read is refused by its true name", () => {
  test.each([
    ["a lossless JPEG", (frame: Uint8Array) => frame.set([0xc3], 1), "It cannot be decoded: it is a lossless JPEG,"],
    ["a 12-bit JPEG", (frame: Uint8Array) => frame.set([12], 4), "It cannot be decoded: it is a 12-bit JPEG,"],
    ["a hierarchical JPEG", (frame: Uint8Array) => frame.set([0xc5], 1), "it is a hierarchical JPEG,"],
    ["two components", (frame: Uint8Array) => frame.set([2], 9), "it is a JPEG of 2 components,"],
  ])("%s: nothing is known to be wrong with it", async (_, change, sentence) => {
    const error = await refusal(await jpegWith(change));
    expect(error?.message).toContain(sentence);
    expect(error).toMatchObject({ isSound: true });
  });

  test.each([
    ["a WebP", [..."RIFF\x20\0\0\0WEBPVP8 "], "it is a WebP, and the archive has no photos of that kind"],
    ["a HEIC", [..."\0\0\0\x18ftypmif1\0\0\0\0heic"], "it is a HEIC, and"],
    ["an AVIF", [..."\0\0\0\x1cftypavif\0\0\0\0avifmif1"], "it is an AVIF, and"],
    ["a JPEG 2000", [..."\0\0\0\x0cjP  \r\n\x87\n"], "it is a JPEG 2000, and"],
    ["a JPEG 2000 codestream", [..."\xff\x4f\xff\x51\0\0"], "it is a JPEG 2000, and"],
    ["a DICOM file", [..."\0".repeat(128), ..."DICM"], "it is a DICOM file, and"],
    ["a GIF", [..."GIF89a\x01\0\x01\0"], "it is a GIF, and"],
    ["a sound", [..."RIFF\x24\0\0\0WAVEfmt "], "its first bytes are of no known picture format"],
    ["a text that begins like a BMP", [..."BMW drivers and their lesions"], "of no known picture format"],
  ])("%s", async (_, characters, sentence) => {
    const error = await refusal(Uint8Array.from(characters, (character) => character.charCodeAt(0)));
    expect(error?.message).toContain(sentence);
  });
});

describe("bounds", () => {
  test("more pixels than allowed are refused by the header", async () => {
    const jpeg = await golden("pictures/jpeg-420-restart.jpg");
    const png = await golden("pictures/png-rgb16.png");
    for (const bytes of [jpeg, png]) {
      const error = await codecs.decode(bytes, { maxPixels: 700 }).catch((cause: unknown) => cause);
      expect(isIsicError(error, "UndecodableImageError") && error.message).toMatch(/700/);
    }
    const huge = await jpegWith((frame) => frame.set([0xff, 0xff, 0xff, 0xff], 5));
    const started = performance.now();
    expect((await refusal(huge))?.message).toContain("it has 65535 x 65535 pixels, more than the 100000000");
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("a JPEG whose data are too few for its pixels", () => {
  // By libjpeg-turbo's cjpeg, of one grey: its arithmetic coder takes four bytes for that, whatever the size.
  const GREY =
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgy" +
    "PC4zNDL/yQALCAu4C7gBAREA/8wABgAQEAX/2gAIAQEAAD8A+/Q1qP/Z";
  const arithmetic = (width: number, height: number): Uint8Array<ArrayBuffer> => {
    const bytes = Uint8Array.from(atob(GREY), (character) => character.charCodeAt(0));
    const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc9);
    new DataView(bytes.buffer).setUint32(frame + 5, height * 65_536 + width);
    return bytes;
  };

  test("arithmetic-coded: one colour is read up to 10 million pixels, and refused beyond", async () => {
    const { width, height, data } = await codecs.decode(arithmetic(4000, 2500));
    expect([width, height, data.length]).toEqual([4000, 2500, 30_000_000]);
    expect(data.every((value) => value === 120)).toBe(true);
    for (const [wide, high] of [[4000, 2501] as const, [10_000, 10_000] as const]) {
      const said = await refusal(arithmetic(wide, high));
      expect(said?.message).toContain(`${wide} x ${high} pixels in 4 bytes, which is not read here`);
    }
  });

  test("Huffman-coded: comments, and what lies behind the end, are no data", async () => {
    const sound = await jpegWith((frame) => frame.set([0x27, 0x10, 0x27, 0x10], 5));
    const comment = new Uint8Array(65_535).fill(0x41);
    comment.set([0xff, 0xfe, 0xff, 0xfd]);
    const comments = Array<Uint8Array>(40).fill(comment);
    const padded = new Blob([sound.subarray(0, 2), ...comments, sound.subarray(2), ...comments] as BlobPart[]);
    const said = await refusal(new Uint8Array(await padded.arrayBuffer()));
    expect(said?.message).toMatch(/cut short: 10000 x 10000 pixels take at least \d+ bytes, and it has \d{3,4}\./);
  });
});

describe("pixels are the caller's", () => {
  test("those of one photo stay when others are decoded", async () => {
    const first = await codecs.decode(await golden("pictures/jpeg-420-restart.jpg"));
    const copy = first.data.slice();
    const second = await codecs.decode(await golden("pictures/jpeg-420-restart.jpg"));
    second.data.fill(0);
    expect(first.data).toEqual(copy);
    // Of its own length: nothing of the decoder's memory is handed over, and it may be sent to a worker.
    expect(first.data.buffer.byteLength).toBe(first.data.length);
    expect(structuredClone(first.data, { transfer: [first.data.buffer] })).toEqual(copy);
  });
});

describe("a decoder that failed is never used again", () => {
  test("good photos decode after 100 broken ones, to the same bytes", async () => {
    const good = await golden("pictures/jpeg-444.jpg");
    const broken = good.slice();
    // A Huffman table without codes: every scan fails.
    const table = broken.findIndex((byte, i) => byte === 0xff && broken[i + 1] === 0xc4);
    broken.fill(0, table + 5, table + 21);
    const wide = await jpegWith((frame) => frame.set([0x08, 0x00, 0x10, 0x00], 5));
    for (let i = 0; i < 100; i++) await refusal(i % 3 === 0 ? wide : broken);
    expect(await refusal(broken)).toBeDefined();
    expect(await sha256((await codecs.decode(good)).data)).toBe(hashes["jpeg-444.jpg"]);
  });
});
