// Files mutated at random: a tagged error or the right labels, never anything else. By fixed seeds, so a failure can be met again.
import { golden } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { type LabelImage, PngError, SparseLabelsError } from "../src/index.ts";
import { readPngSync, readSuperpixelsSync } from "../src/node.ts";
import { crc32 } from "../src/png/crc32.ts";
import type { Bytes } from "../src/types.ts";
import cases from "./golden/png_reference.json" with { type: "json" };
import { labelImage } from "./kit/images.ts";
import { implementations } from "./kit/implementations.ts";
import { filtered, pngOf } from "./kit/png.ts";
import { expectSame } from "./kit/same.ts";

const FILES = 100_000;

function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Random = ReturnType<typeof generator>;

/** One to four changes: bytes, bits, lengths, pieces. */
function mutate(original: Bytes, random: Random): Bytes {
  let bytes = original.slice();
  for (let n = 1 + random(4); n > 0; n--) {
    const at = random(bytes.length);
    const kind = random(7);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes[at]! ^= 1 << random(8);
    else if (kind === 2) bytes = bytes.slice(0, at + 1);
    else if (kind === 3) bytes.copyWithin(at, random(bytes.length), random(bytes.length));
    else if (kind === 4) bytes.fill([0, 255, 127][random(3)]!, at, at + random(9));
    else if (kind === 5)
      new DataView(bytes.buffer).setUint32(Math.min(at, Math.max(0, bytes.length - 4)) & ~3, random(2 ** 32));
    else bytes = new Uint8Array([...bytes.subarray(0, at), random(256), ...bytes.subarray(at)]);
    if (bytes.length < 4) return bytes;
  }
  return bytes;
}

/** Makes all checksums right again, so that mutations reach what lies behind them. */
function repair(bytes: Bytes): Bytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    view.setUint32(end - 4, crc32(bytes.subarray(at + 4, end - 4)));
    at = end;
  }
  return bytes;
}

async function originals(): Promise<Bytes[]> {
  const labels = labelImage(
    90,
    20,
    Int32Array.from({ length: 1800 }, (_, i) => Math.floor((i % 90) / 8) + 12 * Math.floor(i / 540)),
  );
  return [
    await golden("slic/synthetic_64x48_labels.png"),
    await golden("v1-fixtures/grid64x48_superpixels.png"),
    await pngOf(labels, 3, filtered(labels, 3, [0, 1, 2, 3, 4])),
    await pngOf(labels, 4, filtered(labels, 4, [4, 3, 2, 1, 0])),
    // Every kind there is.
    ...cases.filter(({ width }) => width === 13).map(({ file }) => new Uint8Array(Buffer.from(file, "base64"))),
  ];
}

function isSound(labels: LabelImage): boolean {
  const { width, height, data, count } = labels;
  return (
    data.length === width * height && data.every((label) => label >= 0 && label < count) && data.includes(count - 1)
  );
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}

/** All builds give the same labels, or the same error. */
async function expectAgreement(bytes: Bytes, file: string): Promise<void> {
  const [first, ...others] = await Promise.all(
    implementations.map((core) => core.readSuperpixels(bytes, { sparse: "compact" }).catch((error: Error) => error)),
  );
  for (const other of others) {
    if (first instanceof Error || other instanceof Error) expect(String(other), file).toBe(String(first));
    else {
      expectSame(other.labels, first!.labels);
      expectSame(other.map, first!.map);
    }
  }
}

describe("100 000 mutated files", () => {
  test("are told apart, as labels (by all builds alike) and as pictures, in bounded time", async () => {
    const files = await originals();
    const random = generator(20_260_101);
    const problems = new Set<string>();
    let slowest = 0;
    for (let n = 0; n < FILES; n++) {
      const mutated = mutate(files[n % files.length]!, random);
      const bytes = n % 4 === 0 ? mutated : repair(mutated);
      const started = performance.now();
      const result = attempt(() => readSuperpixelsSync(bytes, { sparse: "compact" }));
      slowest = Math.max(slowest, performance.now() - started);
      if (result instanceof PngError) problems.add(result.problem);
      else if (result instanceof SparseLabelsError) problems.add(result.tag);
      else if (result instanceof Error) throw result;
      else if (!isSound(result.labels)) expect.fail(`file ${n} gave labels that are none`);
      const picture = attempt(() => readPngSync(bytes));
      if (picture instanceof Error) expect(picture, `file ${n}`).toBeInstanceOf(PngError);
      else expect(picture.data.length, `file ${n}`).toBe(picture.width * picture.height * picture.channels);
      if (n % 8 === 0) await expectAgreement(bytes, `file ${n}`);
    }
    // Otherwise the mutations do not reach far enough.
    for (const problem of ["not-png", "truncated", "checksum", "header", "structure", "pixels", "not-labels"]) {
      expect([...problems]).toContain(problem);
    }
    expect(slowest).toBeLessThan(5000);
  });
});
