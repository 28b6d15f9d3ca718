/** Results in places that a user names: `-o FILE`, which may be a device, a pipe or a link. */
import { constants } from "node:fs";
import { open, readlink, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { codeOf } from "./codes.ts";
import { removeAbandoned } from "./temporaries.ts";
import { type FileContent, type WriteWholeOptions, writeInto, writeWhole } from "./write.ts";

/** What lies there is the process's own outputs and devices, whatever kind of file they lead to. */
const DEVICES = /^\/(?:dev|proc)\//;
const MAX_LINKS = 40;

/**
 * Writes a result to the place that a user named. A file is replaced whole or not at all, and keeps its permissions. A
 * link stays a link: the file that it leads to is replaced. What is no file (`/dev/null`, `/dev/stdout`, a pipe) is
 * written to as it is, since a file in its place would take it away from everybody.
 *
 * @throws the system's error with its `code`: `ENOENT` for a folder that is missing, `EISDIR` for a folder in the file's place
 */
export async function writeOutput(
  path: string,
  content: FileContent,
  options: Omit<WriteWholeOptions, "temporary"> = {},
): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  const special = found !== undefined && (!found.isFile() || DEVICES.test(resolve(path)));
  if (special) {
    const handle = await open(path, constants.O_WRONLY);
    try {
      await writeInto(handle, content, options.signal);
    } finally {
      await handle.close();
    }
    return;
  }
  const file = await endOfLinks(path);
  // A folder that a user mistyped is not made.
  await stat(dirname(file));
  const mode = found === undefined ? {} : { mode: found.mode & 0o777 };
  await sweep(dirname(file));
  await writeWhole(file, content, { ...mode, ...options });
}

/** Swept by this process: one look is enough, folders may be large. */
const SWEPT = /* @__PURE__ */ new Set<string>();

/** What killed processes left of such files. */
async function sweep(folder: string): Promise<void> {
  if (SWEPT.has(folder)) return;
  SWEPT.add(folder);
  // A folder that may be written and not read is one too.
  await removeAbandoned(folder).catch(() => []);
}

/** Where links lead in the end, also when there is no file yet. */
async function endOfLinks(path: string): Promise<string> {
  let file = resolve(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    try {
      file = join(await realpath(dirname(file)), file.slice(dirname(file).length));
      file = resolve(dirname(file), await readlink(file));
    } catch (error) {
      if (codeOf(error) === "EINVAL" || codeOf(error) === "ENOENT" || codeOf(error) === "UNKNOWN") return file;
      throw error;
    }
  }
  throw Object.assign(new Error(`ELOOP: too many symbolic links: ${path}`), { code: "ELOOP" });
}
