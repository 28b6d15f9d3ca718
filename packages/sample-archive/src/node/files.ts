import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Bytes } from "../archive/source.ts";
import { FolderError } from "./errors.ts";

const unzip = promisify(gunzip);

/** The bytes of a file; `undefined` when nothing is there, or what is there is no file (a pipe would never end). */
export async function readIfThere(place: string): Promise<Bytes | undefined> {
  return isFile(place) ? new Uint8Array(await readFile(place)) : undefined;
}

/** Bytes of a file; 1, which is never too much to announce, when it is not there. */
export function fileSize(place: string): number {
  return isFile(place) ? statSync(place).size : 1;
}

function isFile(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * The text of a file, gunzipped when its name ends in `.gz`.
 *
 * @throws FolderError when it has, or expands to, more than `maxBytes`, or cannot be read
 */
export async function readText(dir: string, place: string, maxBytes: number): Promise<string> {
  const name = basename(place);
  const tooLong = (bytes: string) =>
    new FolderError(dir, `${name} ${bytes} ${maxBytes} bytes, which is the most that is read; maxBytes raises it.`);
  if (!isFile(place)) throw new FolderError(dir, `${name} is no file.`);
  if (fileSize(place) > maxBytes) throw tooLong("has more than");
  const bytes = await readFile(place);
  if (!name.endsWith(".gz")) return bytes.toString("utf8");
  try {
    return (await unzip(bytes, { maxOutputLength: maxBytes })).toString("utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLong("expands to more than");
    throw new FolderError(dir, `${name} cannot be read; it should be gzipped JSON.`, { cause });
  }
}
