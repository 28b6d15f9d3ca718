// TIFF is the one format that another decoder reads: `sharp`, which is the user's choice to install.
import { golden, goldenJson } from "@isic/fixtures";
import { describe, expect, test } from "vitest";
import { nodeCodecs } from "../../src/codecs/node.ts";
import { UnreadableFormatError } from "../../src/errors.ts";
import { sha256 } from "../support/codecs.ts";

const NAME = "sharp";
const hasSharp = await import(NAME).then(
  () => true,
  () => false,
);
const NAMES = ["profile.tif", "lzw.tif", "alpha.tif", "grey.tif", "grey16.tif"];

describe.skipIf(!hasSharp)(`TIFF with sharp${hasSharp ? "" : ", left out: sharp is not installed here"}`, () => {
  test.each(NAMES)("%s has the bytes of the file: no profile, no scaling, no alpha", async (name) => {
    const hashes = await goldenJson<Record<string, string>>("tiff.json");
    expect(await sha256((await nodeCodecs.decode(await golden(`tiff/${name}`))).data)).toBe(hashes[name]);
  });
});

describe.skipIf(hasSharp)("TIFF without sharp", () => {
  test.each(NAMES)("%s is sound, and says what reads it", async (name) => {
    const error = await nodeCodecs
      .decode(await golden(`tiff/${name}`), { what: name })
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UnreadableFormatError);
    expect(error).toMatchObject({ needs: "sharp", isSound: true, message: expect.stringContaining('install "sharp"') });
  });
});
