/** Is the content of an entry what its key promises? What a cache has verified may still have been wrong when stored. */
import { InvalidContentError } from "../contract/errors.ts";
import type { Bytes } from "../contract/types.ts";
import { decodeGzipJson } from "./gzip-json.ts";
import { decodeIndexNpz } from "./npz.ts";
import { picture, png } from "./pictures.ts";

type Check = (value: Bytes) => string | undefined | Promise<string | undefined>;

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["image", picture],
  ["spimg", png],
  ["smask", png],
  ["afmsk", png],
  ["spidx", async (value) => void (await decodeIndexNpz(value))],
  ["imcache", json(images)],
  ["sgcache", json(records)],
  ["fccache", json(object)],
  ["ihcache", json(object)],
  ["dscache", json(list)],
  ["stcache", json(list)],
  ["stann", json(() => undefined)],
]);

/**
 * Says what is wrong with the content of an entry of the archive, or nothing: a cut JPEG or PNG, a wrong checksum, an
 * error body where records or pixels should be. Types it does not know are taken as they are. For `verify`, `repair`
 * and `getOrCreate`.
 *
 * @example
 * ```ts
 * import { checkContent } from "@isic/cache";
 *
 * const half = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);
 * console.log(await checkContent("h.org/anonymous/image/5436e3ab/x.jpg", half)); // it is a JPEG that is cut
 * ```
 */
export async function checkContent(key: string, value: Bytes): Promise<string | undefined> {
  const type = key.split("/")[2];
  const check = type === undefined ? undefined : CHECKS.get(type);
  if (check === undefined) return undefined;
  try {
    return await check(value);
  } catch (error) {
    if (error instanceof InvalidContentError) return error.reason;
    throw error;
  }
}

function json(check: (content: unknown) => string | undefined): Check {
  return async (value) => {
    const content = await decodeGzipJson(value);
    return isErrorBody(content)
      ? `it is an error of the server: ${JSON.stringify(content).slice(0, 200)}`
      : check(content);
  };
}

/** What both servers answer when they cannot answer: `{ message, type }`, and `{ detail }` or `{ message }`. */
function isErrorBody(content: unknown): boolean {
  if (!isObject(content)) return false;
  const keys = Object.keys(content);
  if (typeof content.message === "string") return keys.length === 1 || typeof content.type === "string";
  return keys.length === 1 && keys[0] === "detail";
}

function isObject(content: unknown): content is Record<string, unknown> {
  return typeof content === "object" && content !== null && !Array.isArray(content);
}

function object(content: unknown): string | undefined {
  return isObject(content) ? undefined : "it should be an object";
}

function list(content: unknown): string | undefined {
  if (!Array.isArray(content)) return "it should be a list";
  return content.every(isObject) ? undefined : "its items should be records";
}

function records(content: unknown): string | undefined {
  if (!isObject(content)) return "it should be an object of records";
  return Object.values(content).every(isObject) ? undefined : "its items should be records";
}

function images(content: unknown): string | undefined {
  const wrong = records(content);
  if (wrong !== undefined) return wrong;
  for (const [id, record] of Object.entries(content as Record<string, Record<string, unknown>>)) {
    if (record._id !== id) return `its record ${id.slice(0, 40)} has not the id it is filed under`;
  }
  return undefined;
}
