import { ArgumentError } from "../errors.ts";
import type { ImageRecord, ImageReference } from "./records.ts";

/**
 * The record itself where the reference holds a whole one of this API, else the id or name to look up.
 *
 * @throws ArgumentError for what has neither, and for a record of the other API
 */
export function resolveReference(reference: ImageReference, family: "v1" | "v2"): ImageRecord | string {
  if (typeof reference === "string" && reference !== "") return reference;
  const record = recordIn(reference);
  const { _id, isic_id, name, meta, metadata, files } = record;
  const isWhole = family === "v2" ? isObject(metadata) && isObject(files) : isObject(meta) && typeof name === "string";
  const id = family === "v2" ? isic_id : _id;
  if (typeof id !== "string") throw wrongImage(reference, family);
  return isWhole ? (record as ImageRecord) : id;
}

/** The error for what was given as an image, and is none of this family. */
function wrongImage(given: unknown, family: "v1" | "v2"): ArgumentError {
  const { _id, isic_id, name } = recordIn(given);
  const other = family === "v1" ? { family: "v2", id: isic_id, name: isic_id } : { family: "v1", id: _id, name };
  if (typeof other.id !== "string") return wrongReference("image", given);
  const way = typeof other.name === "string" ? `its name (${JSON.stringify(other.name)})` : "its name";
  const wanted = `expected an image of the archive's ${family} API, got a record of ${other.family}`;
  return new ArgumentError(`${wanted}: give ${way}, or ask a server of that API.`);
}

/** What was given by itself, or in a record or one of our objects. Throws an `ArgumentError` for what has none. */
export function idIn(kind: string, given: unknown, key = "_id"): string {
  const id = typeof given === "object" ? recordIn(given)[key] : given;
  if (typeof id !== "string" && typeof id !== "number") throw wrongReference(kind, given);
  return String(id);
}

/** What was given, or the record of it where it is one of our objects; an object in any case. */
export function recordIn(given: unknown): Record<string, unknown> {
  const { record } = Object(given);
  return isObject(record) ? record : Object(given);
}

/** The error for what is neither an id nor a name nor a record of anything. */
export function wrongReference(kind: string, given: unknown): ArgumentError {
  const article = /^[aio]/.test(kind) ? "an" : "a";
  return new ArgumentError(`expected an id, a name or a record of ${article} ${kind}, got ${inWords(given)}`);
}

function inWords(given: unknown): string {
  if (given === null || given === undefined || typeof given === "number") return String(given);
  if (given === "") return "an empty text";
  if (typeof given !== "object") return `a ${typeof given}`;
  if (Array.isArray(given)) return "a list";
  const keys = Object.keys(given).slice(0, 3).join(", ");
  return `an object without an id${keys === "" ? "" : ` (with ${keys})`}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
