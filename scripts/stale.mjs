// Compilers leave what they once wrote: a source that was moved or deleted lives on in `dist`, would be published, and
// could still be imported. Removed here, so that a checkout that was built before is as good as a fresh one.
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What TypeScript writes for one source. */
const WRITTEN = /\.(?:d\.ts|js)(?:\.map)?$/;

/**
 * @param {string} root the folder of the repository
 * @returns {number} how many files were removed
 */
export function removeStale(root) {
  let removed = 0;
  for (const name of readdirSync(join(root, "packages"))) {
    const folder = join(root, "packages", name);
    removed += clean(join(folder, "dist"), join(folder, "src"));
  }
  return removed;
}

/**
 * @param {string} dist
 * @param {string} src
 * @returns {number}
 */
function clean(dist, src) {
  if (!existsSync(dist)) return 0;
  let removed = 0;
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    const path = join(dist, entry.name);
    if (entry.isDirectory()) {
      // Its sources are written by the build itself, and may not be there yet.
      if (entry.name === "generated") continue;
      removed += clean(path, join(src, entry.name));
      if (readdirSync(path).length === 0) rmdirSync(path);
    } else if (WRITTEN.test(entry.name) && !existsSync(join(src, entry.name.replace(WRITTEN, ".ts")))) {
      rmSync(path);
      removed++;
    }
  }
  return removed;
}
