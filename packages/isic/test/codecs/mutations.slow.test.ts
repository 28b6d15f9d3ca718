import { golden, goldenJson } from "@isic/fixtures";
import { expect, test } from "vitest";
import { isIsicError } from "../../src/errors.ts";
import { platformCodecs } from "../support/codecs.ts";

const FILES = 100_000;

/** A small generator of numbers below 2^32: the same files in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}

test(`${FILES} damaged pictures give pixels or an UndecodableImageError, and none spoils the next`, async () => {
  const codecs = await platformCodecs();
  const names = Object.keys(await goldenJson<object>("pictures.json"));
  const files = await Promise.all(names.map((name) => golden(`pictures/${name}`)));
  const next = numbers(20261130);
  let decoded = 0;
  for (let i = 0; i < FILES; i++) {
    const bytes = files[next() % files.length]!.slice();
    for (let changes = 1 + (next() % 4); changes > 0; changes--) {
      const at = next() % bytes.length;
      const way = next() % 3;
      if (way === 0) bytes[at] = next() & 255;
      else if (way === 1) bytes[at]! ^= 1 << (next() % 8);
      else bytes.copyWithin(at, next() % bytes.length);
    }
    const error = await codecs.decode(bytes, { maxPixels: 4_000_000 }).then(
      ({ width, height, data }) => {
        decoded += 1;
        expect(data.length).toBe(width * height * 3);
        return undefined;
      },
      (cause: unknown) => cause,
    );
    if (error !== undefined && !isIsicError(error, "UndecodableImageError")) throw error;
  }
  expect(decoded).toBeGreaterThan(FILES / 1000);
  const { "jpeg-444.jpg": hash } = await goldenJson<Record<string, string>>("pictures.json");
  const { data } = await codecs.decode(await golden("pictures/jpeg-444.jpg"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  expect(Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")).toBe(hash);
});
