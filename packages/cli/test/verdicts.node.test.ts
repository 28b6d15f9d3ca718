/** Twenty files, five who judge them, one verdict: the table of formats in `isic`, wherever a file comes from. */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { golden } from "@isic/fixtures";
import { createSampleArchive } from "@isic/sample-archive";
import { checkContent, download, downloadSource, IsicApi, verify } from "isic/node";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "./folder.ts";
import { isic } from "./isic.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What is said of a file: `photo`, or words of the reason why it is none. */
type Verdict = "photo" | string;

const bytesOf = (text: string): Bytes => Uint8Array.from(text, (character) => character.charCodeAt(0));

function joined(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}

const CUT_JPEG = "it is a JPEG that is cut short";
const CUT_PNG = "it is a PNG that is cut short";

/** A little-endian TIFF of one grey pixel, with its directory behind the header. */
function tiff(): Bytes {
  const entries = [
    [256, 3, 1, 1],
    [257, 3, 1, 1],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, 8 + 2 + 9 * 12 + 4],
    [277, 3, 1, 1],
    [278, 3, 1, 1],
    [279, 4, 1, 1],
  ] as const;
  const view = new DataView(new ArrayBuffer(8 + 2 + entries.length * 12 + 4 + 1));
  for (const [i, each] of [0x49, 0x49, 0x2a, 0, 8, 0, 0, 0].entries()) view.setUint8(i, each);
  view.setUint16(8, entries.length, true);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    view.setUint16(10 + i * 12, tag, true);
    view.setUint16(12 + i * 12, type, true);
    view.setUint32(14 + i * 12, count, true);
    view.setUint32(18 + i * 12, value, true);
  }
  return new Uint8Array(view.buffer);
}

function bmp(): Bytes {
  const view = new DataView(new ArrayBuffer(58));
  view.setUint16(0, 0x424d);
  for (const [at, value] of [
    [2, 58],
    [10, 54],
    [14, 40],
    [18, 1],
    [22, 1],
  ] as const)
    view.setUint32(at, value, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  return new Uint8Array(view.buffer);
}

async function files(): Promise<readonly (readonly [name: string, bytes: Bytes, verdict: Verdict])[]> {
  const jpeg = await golden("pictures/jpeg-420-restart.jpg");
  const png = await golden("pictures/png-rgba.png");
  const lossless = jpeg.slice();
  lossless.set([0xc3], lossless.findIndex((byte, i) => byte === 0xff && lossless[i + 1] === 0xc0) + 1);
  const wrongSum = png.slice();
  // The checksum of the first chunk, IHDR.
  wrongSum[32] = wrongSum[32]! ^ 0xff;
  const bigTiff = joined(bytesOf("II\x2b\0\x08\0\0\0\x10\0\0\0\0\0\0\0"), new Uint8Array(300));
  return [
    ["a whole JPEG", jpeg, "photo"],
    ["a cut JPEG", jpeg.slice(0, jpeg.length >> 1), CUT_JPEG],
    ["a JPEG without its end", jpeg.slice(0, -2), CUT_JPEG],
    ["a JPEG with more behind it", await golden("pictures/jpeg-trailing.jpg"), "photo"],
    ["a CMYK JPEG", await golden("pictures/jpeg-cmyk.jpg"), "photo"],
    ["a lossless JPEG", lossless, "photo"],
    ["a whole PNG", png, "photo"],
    ["a cut PNG", png.slice(0, png.length >> 1), CUT_PNG],
    ["a PNG without its end", png.slice(0, -12), CUT_PNG],
    ["a PNG with a wrong checksum", wrongSum, "it is a PNG with"],
    ["a PNG with more behind it", await golden("pictures/png-trailing.png"), "photo"],
    ["a TIFF", tiff(), "photo"],
    ["a BigTIFF", bigTiff, "photo"],
    ["a BMP", bmp(), "photo"],
    [
      "a GIF",
      joined(bytesOf("GIF89a\x01\0\x01\0\0\0\0;"), new Uint8Array(200)),
      "it is a GIF, and the archive has no photos",
    ],
    [
      "a WebP",
      joined(bytesOf("RIFF\x20\0\0\0WEBPVP8 "), new Uint8Array(200)),
      "it is a WebP, and the archive has no photos",
    ],
    [
      "a sound",
      joined(bytesOf("RIFF\x24\0\0\0WAVEfmt "), new Uint8Array(200)),
      "its first bytes are of no known picture format",
    ],
    ["a page", bytesOf(`<!doctype html><title>502</title>${" ".repeat(300)}`), "HTML or XML"],
    ["an answer in JSON", bytesOf('{ "detail": "Not found." }'), "JSON"],
    ["nothing", new Uint8Array(), "it is empty"],
    [
      "a text that begins like a BMP",
      bytesOf(`BMW drivers ${"and their lesions ".repeat(20)}`),
      "of no known picture format",
    ],
  ];
}

const NAME = "ISIC_0000000";
const archive = createSampleArchive({ images: 5, smallPhotos: true });

/** The archive with another file in the place of its photo, of a size that it does not announce. */
function serving(bytes: Bytes): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    if (/\.(jpe?g|png|tiff?)$/i.test(url.pathname)) {
      const type = bytes.length === 0 ? {} : { "content-type": "image/jpeg" };
      return new Response(bytes, { headers: type });
    }
    const answer = await archive.fetch(request);
    if (!/\/images\//.test(url.pathname)) return answer;
    const text = (await answer.text()).replaceAll(/"size":\s*\d+/g, '"size":0');
    return new Response(text, { status: answer.status, headers: { "content-type": "application/json" } });
  };
}

function connected(bytes: Bytes): Promise<IsicApi> {
  const { v2Url: baseUrl } = archive;
  const onWarning = (): void => undefined;
  return IsicApi.connect({ baseUrl, fetch: serving(bytes), cache: false, retry: { limit: 0 }, onWarning });
}

const CALLERS: Readonly<Record<string, (bytes: Bytes, folder: string) => Promise<Verdict>>> = {
  async facade(bytes) {
    const image = await (await connected(bytes)).image(NAME);
    return image.loadRawData().then(
      () => "photo",
      (error: Error) => error.message,
    );
  },
  async download(bytes, folder) {
    const source = await downloadSource((await connected(bytes)).archive, { ids: [NAME] });
    const { failed } = await download(source, join(folder, "set"), { retries: 0 });
    return failed[0]?.error ?? "photo";
  },
  async verify(bytes, folder) {
    const target = join(folder, "by-hand");
    await mkdir(target);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const line = { id: NAME, name: NAME, part: "image", state: "done", file: "photo", bytes: bytes.length, sha256 };
    await writeFile(join(target, "photo"), bytes);
    await writeFile(join(target, "manifest.jsonl"), `${JSON.stringify(line)}\n`);
    const { broken, files: looked } = await verify(target);
    expect(looked).toBe(1);
    return broken[0]?.reason ?? "photo";
  },
  checkContent: async (bytes) => (await checkContent(`host/anonymous/image/${NAME}/${NAME}.jpg`, bytes)) ?? "photo",
  async command(bytes, folder) {
    const file = join(folder, "file.jpg");
    await writeFile(file, bytes);
    const { code, err } = await isic("superpixels", file, "--segments", "10");
    // What is sound and of a kind that is not decoded here is a photo all the same.
    const isOnlyUnread = /it is a (TIFF|BigTIFF|BMP|lossless JPEG)/.test(err) && !/cut short|no photos/.test(err);
    return code === 0 || isOnlyUnread ? "photo" : err;
  },
};

let table: Awaited<ReturnType<typeof files>>;
beforeAll(async () => {
  table = await files();
});

describe("one verdict on one file", () => {
  it.each(Object.keys(CALLERS))("by %s", async (caller) => {
    const wrong: [string, Verdict, Verdict][] = [];
    for (const [name, bytes, verdict] of table) {
      await using folder = await temporaryFolder();
      const said = await CALLERS[caller]!(bytes, folder.path);
      const isRight = verdict === "photo" ? said === "photo" : said.includes(verdict);
      if (!isRight) wrong.push([name, verdict, said]);
    }
    expect(wrong).toEqual([]);
    expect(table.length).toBeGreaterThanOrEqual(20);
  });
});
