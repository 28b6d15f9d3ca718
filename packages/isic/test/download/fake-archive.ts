import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DownloadImage, DownloadSource, IncomingFile, OpenContext, Part } from "../../src/download/types.ts";

/** A folder of its own for one test, and its end. */
export async function temporaryFolder(): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "isic-download-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Bytes in the frame of a whole JPEG (one scan, the end marker) that differ from image to image. */
export function jpegLike(seed: number, length = 2000): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from({ length }, (_, i) => (seed * 31 + i * 7) & 0x7f);
  bytes.set([0xff, 0xd8, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
  bytes.set([seed & 0x7f, (seed >> 7) & 0x7f, 0xff, 0xd9], length - 4);
  return bytes;
}

export function v2Image(n: number, over: Partial<DownloadImage> = {}): DownloadImage {
  const name = `ISIC_${String(n).padStart(7, "0")}`;
  const clinical = { sex: n % 2 === 0 ? "female" : "male", age_approx: 5 * (n % 18), mel_thick_mm: "0.80" };
  return {
    id: name,
    name,
    licence: n % 3 === 0 ? "CC-0" : "CC-BY",
    attribution: n % 2 === 0 ? "Hospital A" : "Anonymous",
    record: { isic_id: name, metadata: { acquisition: { pixels_x: 10 + n, pixels_y: 8 }, clinical } },
    announcedBytes: 2000,
    ...over,
  };
}

export type Answer = (
  image: DownloadImage,
  part: Part,
  context: OpenContext,
) => Promise<IncomingFile | undefined> | IncomingFile | undefined;

/** A source in memory that counts what is asked of it. */
export class FakeArchive implements DownloadSource {
  readonly list: readonly DownloadImage[];
  readonly asked: string[] = [];
  readonly #answer: Answer;
  most = 0;
  #underWay = 0;

  constructor(list: readonly DownloadImage[], answer: Answer = plainAnswer) {
    this.list = list;
    this.#answer = answer;
  }

  images(): Iterable<DownloadImage> {
    return this.list;
  }

  async open(image: DownloadImage, part: Part, context: OpenContext): Promise<IncomingFile | undefined> {
    this.asked.push(`${image.id}/${part}`);
    this.#underWay += 1;
    this.most = Math.max(this.most, this.#underWay);
    try {
      await new Promise(setImmediate);
      return await this.#answer(image, part, context);
    } finally {
      this.#underWay -= 1;
    }
  }
}

export const plainAnswer: Answer = (image, part) => ({
  url: `https://archive.test/${image.id}/${part}`,
  contentType: "image/jpeg",
  body: jpegLike(Number(image.id.slice(-7)) + (part === "image" ? 0 : 500)),
});

export function streamOf(...chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}
