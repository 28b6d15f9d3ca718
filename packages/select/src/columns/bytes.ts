import type { Codes, ColumnIndex } from "./build.ts";

const MAGIC = "isic-columns-1";

/** An index as bytes: a line that says what follows, a line of JSON (paths and dictionaries), and the codes (little-endian). */
export function indexToBytes(index: ColumnIndex): Uint8Array<ArrayBuffer> {
  const columns = index.columns.map(({ path, values, codes }) => ({ path, values, width: codes.BYTES_PER_ELEMENT }));
  const header = new TextEncoder().encode(`${MAGIC}\n${JSON.stringify({ count: index.count, columns })}\n`);
  const codes = index.columns.map(
    ({ codes: { buffer, byteOffset, BYTES_PER_ELEMENT } }) =>
      new Uint8Array(buffer, byteOffset, index.count * BYTES_PER_ELEMENT),
  );
  const bytes = new Uint8Array(codes.reduce((sum, part) => sum + part.length, header.length));
  bytes.set(header);
  let at = header.length;
  for (const part of codes) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * An index from the bytes `indexToBytes` made.
 *
 * @throws RangeError when the bytes are none, cut short, or of codes that have no value.
 */
export function indexFromBytes(bytes: Uint8Array): ColumnIndex {
  const end = bytes.indexOf(10, MAGIC.length + 1);
  const decode = (from: number, to: number): string => new TextDecoder().decode(bytes.subarray(from, to));
  if (end < 0 || decode(0, MAGIC.length + 1) !== `${MAGIC}\n`) {
    throw new RangeError("expected the bytes of an index, got something else");
  }
  const header = readHeader(decode(MAGIC.length + 1, end));
  let at = end + 1;
  const columns = header.columns.map(({ path, values, width }) => {
    const part = bytes.slice(at, at + header.count * width);
    if (part.length !== header.count * width) throw new RangeError(`expected the codes of "${path}", got a cut index`);
    at += part.length;
    const codes = codesOf(part, width);
    if (codes.some((code) => code >= values.length))
      throw new RangeError(`expected codes of "${path}", got one without a value`);
    return { path, values, codes };
  });
  return { count: header.count, columns };
}

interface Header {
  readonly count: number;
  readonly columns: readonly { readonly path: string; readonly values: unknown[]; readonly width: number }[];
}

function readHeader(text: string): Header {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new RangeError("expected the header of an index as JSON, got something else", { cause });
  }
  const { count, columns } = (header ?? {}) as Partial<Header>;
  // Rows without a column have no bytes that could be counted.
  const isIndex =
    Number.isInteger(count) && Array.isArray(columns) && columns.every(isColumn) && (columns.length > 0 || count === 0);
  if (!isIndex || count! < 0) throw new RangeError("expected the header of an index, got one with other fields");
  return header as Header;
}

function isColumn(column: unknown): boolean {
  const { path, values, width } = (column ?? {}) as Record<string, unknown>;
  return typeof path === "string" && Array.isArray(values) && (width === 1 || width === 2 || width === 4);
}

function codesOf(bytes: Uint8Array<ArrayBuffer>, width: number): Codes {
  const Kind = width === 1 ? Uint8Array : width === 2 ? Uint16Array : Uint32Array;
  return new Kind(bytes.buffer);
}
