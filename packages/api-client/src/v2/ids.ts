/** A number that the archive counts things by, as it stands in a path. */
export function whole(id: number): string {
  if (!Number.isInteger(id) || id < 0) throw new TypeError(`Expected a number without fraction, got ${String(id)}.`);
  return String(id);
}

/** The server refuses shorter texts. */
export function atLeastThree(text: string): string {
  if (text.trim().length < 3) throw new RangeError(`Expected at least 3 characters, got ${JSON.stringify(text)}.`);
  return text;
}

const ID = /^ISIC_\d{7}$/;

/** `ISIC_` and seven digits? */
export function isImageId(text: unknown): text is string {
  return typeof text === "string" && ID.test(text);
}

/**
 * The id itself.
 *
 * @throws TypeError for what is none.
 */
export function imageId(id: string): string {
  if (!isImageId(id)) throw new TypeError(`Expected an id like ISIC_0000000, got ${JSON.stringify(id)}.`);
  return id;
}

/** Image ids, each once, in their order. */
export function imageIds(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.map(imageId))];
}

/** A set of image ids in a bit each: 1.25 MB for all there can be, however long the walk. */
export class ImageIdSet {
  #bits: Uint8Array | undefined;

  add(id: string): void {
    if (!isImageId(id)) return;
    this.#bits ??= new Uint8Array(1_250_000);
    const number = Number(id.slice(5));
    this.#bits[number >> 3] = (this.#bits[number >> 3] ?? 0) | (1 << (number & 7));
  }

  has(id: string): boolean {
    const number = Number(id.slice(5));
    return this.#bits !== undefined && ((this.#bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }
}
