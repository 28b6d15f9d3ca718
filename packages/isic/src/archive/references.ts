import { ArgumentError } from "../errors.ts";
import { recordIn } from "./records.ts";

const API = { v1: "the old API (v1)", v2: "today's archive (v2)" } as const;

/** The error for what was given as an image, and is none of this family. */
export function wrongImage(given: unknown, family: "v1" | "v2"): ArgumentError {
  const { _id, isic_id, name } = recordIn(given);
  const other = family === "v1" ? { family: "v2", id: isic_id, name: isic_id } : { family: "v1", id: _id, name };
  if (typeof other.id !== "string") return wrongReference("image", given);
  const way = typeof other.name === "string" ? `its name (${JSON.stringify(other.name)})` : "its name";
  const wanted = `expected an image of ${API[family]}, got a record of ${API[other.family as "v1" | "v2"]}`;
  return new ArgumentError(`${wanted}: give ${way}, or ask a server of that API.`);
}

/** What was given by itself, or in a record or one of our objects. Throws an `ArgumentError` for what has none. */
export function idIn(kind: string, given: unknown, key = "_id"): string {
  const id = typeof given === "object" ? recordIn(given)[key] : given;
  if (typeof id !== "string" && typeof id !== "number") throw wrongReference(kind, given);
  return String(id);
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
