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

export function isImageId(text: unknown): text is string {
  return typeof text === "string" && ID.test(text);
}

export function imageId(id: string): string {
  if (!isImageId(id)) throw new TypeError(`Expected an id like ISIC_0000000, got ${JSON.stringify(id)}.`);
  return id;
}

/** Image ids, each once, in their order. */
export function imageIds(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.map(imageId))];
}
