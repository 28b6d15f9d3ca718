import { randomBytes } from "node:crypto";
import { realpath, rename, rm, stat, writeFile } from "node:fs/promises";

/** Writes a file whole or not at all. */
export async function writeFileWhole(path: string, content: string | Uint8Array): Promise<void> {
  await toFileWhole(path, (place) => writeFile(place, content));
}

/**
 * Lets `write` fill a file beside `path`, which then takes its place. What is no file (`/dev/null`, a pipe) is written to
 * as it is: a file in its place would take it away from everybody. A link stays one.
 */
export async function toFileWhole(path: string, write: (place: string) => Promise<void>): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile()) return write(path);
  const file = found === undefined ? path : await realpath(path);
  const temporary = `${file}.${randomBytes(4).toString("hex")}.partial`;
  try {
    await write(temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
