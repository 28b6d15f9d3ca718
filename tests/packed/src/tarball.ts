import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";

/** A packed package, unpacked beside the system's other temporary folders. */
export interface Unpacked {
  readonly folder: string;
  /** The files, relative to the package's root, with forward slashes. */
  readonly files: readonly string[];
  remove(): void;
}

export function unpack(tarball: string): Unpacked {
  const folder = mkdtempSync(join(tmpdir(), "isic-tarball-"));
  execFileSync("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => !each.isDirectory())
    .map((each) =>
      join(each.parentPath, each.name)
        .slice(folder.length + 1)
        .replaceAll(sep, "/"),
    )
    .sort();
  return { folder, files, remove: () => rmSync(folder, { recursive: true }) };
}
