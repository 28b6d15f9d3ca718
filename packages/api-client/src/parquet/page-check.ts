/**
 * What the pages of a column say of themselves, read before the Parquet library makes memory for it: a page of a few
 * bytes may claim thousands of millions of values. Headers are structs in Thrift's compact protocol, see
 * https://github.com/apache/parquet-format (`PageHeader` in `parquet.thrift`).
 */

/** The claims of one page, and where the next one begins. */
export interface PageClaims {
  readonly bytes: number;
  readonly values: number;
}

/**
 * The claims of all pages of a column's chunk.
 *
 * @throws RangeError for bytes that are no pages.
 */
export function* pageClaims(chunk: Uint8Array): Generator<PageClaims, void, void> {
  const reader = new CompactReader(chunk);
  while (reader.at < chunk.length) {
    const header = reader.struct(0);
    const numberAt = (field: number): number =>
      typeof header.get(field) === "number" ? (header.get(field) as number) : 0;
    // Data pages, dictionary pages and data pages of the second version count their values in their own structs.
    const values = [5, 7, 8]
      .map((field) => header.get(field))
      .find((own) => own instanceof Map)
      ?.get(1);
    yield { bytes: numberAt(2), values: typeof values === "number" ? values : 0 };
    const length = numberAt(3);
    if (length < 0) throw new RangeError("a page of negative length");
    reader.at += length;
  }
}

type Struct = ReadonlyMap<number, unknown>;

class CompactReader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(depth: number): Struct {
    if (depth > 8) throw new RangeError("a header that is nested too deep");
    const fields = new Map<number, unknown>();
    for (let id = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return fields;
      id = head >> 4 === 0 ? this.#integer() : id + (head >> 4);
      fields.set(id, this.#value(head & 15, depth));
    }
  }

  #value(type: number, depth: number): unknown {
    if (type === 1 || type === 2) return type === 1;
    if (type === 3) return this.#byte();
    if (type >= 4 && type <= 6) return this.#integer();
    if (type === 7) return this.#skip(8);
    if (type === 8) return this.#skip(this.#varint());
    if (type === 12) return this.struct(depth + 1);
    if (type !== 9 && type !== 10) throw new RangeError(`a header with a field of type ${type}`);
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    const element = head & 15;
    // In a struct a truth is the field's type itself; in a list it has a byte of its own, so that no list is free.
    for (let i = 0; i < size; i += 1) this.#value(element === 1 || element === 2 ? 3 : element, depth + 1);
    return undefined;
  }

  #skip(length: number): undefined {
    this.at += length;
    return undefined;
  }

  #byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw new RangeError("a header that ends in the middle");
    this.at += 1;
    return byte;
  }

  #varint(): number {
    for (let value = 0, scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new RangeError("a number that does not end");
  }

  /** Signs are folded into the lowest bit. */
  #integer(): number {
    const folded = this.#varint();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }
}
