import { ContentError, type Where } from "./errors.ts";

/** How much a server may send before its answer is refused with a `ContentError` (`limit`). */
export interface Limits {
  /** Bytes of one JSON or text answer, after decompression. @default 33_554_432 */
  readonly answerBytes?: number;
  /** How deep objects and lists of an answer may be nested. @default 200 */
  readonly depth?: number;
  /** Values of one JSON answer: members of objects, items of lists, objects and lists. @default 1_000_000 */
  readonly values?: number;
  /** Characters of one cell of a CSV. @default 1_048_576 */
  readonly csvCell?: number;
  /** Characters of one entry of a ZIP's listing. @default 65_536 */
  readonly listingEntry?: number;
  /** Entries of a ZIP's listing, rows of its CSV, records of a list. @default 10_000_000 */
  readonly listingLength?: number;
  /** Bytes of a picture, or of another file that is read into memory. @default 134_217_728 */
  readonly fileBytes?: number;
  /** Bytes of one decompressed page of the metadata snapshot. @default 67_108_864 */
  readonly parquetPage?: number;
}

/** The defaults. */
export const LIMITS: Required<Limits> = {
  answerBytes: 33_554_432,
  depth: 200,
  values: 1_000_000,
  csvCell: 1_048_576,
  listingEntry: 65_536,
  listingLength: 10_000_000,
  fileBytes: 134_217_728,
  parquetPage: 67_108_864,
};

/** A body that is larger than a reader takes; `limit` is the name of the client's option that says how much it may be. */
export function tooLarge(what: string, limit: keyof Limits, contentType: string, where: Where): ContentError {
  return new ContentError("limit", `${what} (the client's \`limits.${limit}\`)`, contentType, where);
}
