import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** The published packages, by the name of their folder. */
export const FOLDERS = [
  "core-wasm",
  "select",
  "cache",
  "cache-fs",
  "cache-idb",
  "api-client",
  "challenge",
  "isic",
  "cli",
  "sample-archive",
] as const;

export type Folder = (typeof FOLDERS)[number];

export interface Manifest {
  readonly name: string;
  readonly exports: Record<string, string | Record<string, string>>;
  readonly dependencies?: Record<string, string>;
}

export function manifestOf(folder: Folder): Manifest {
  return JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8")) as Manifest;
}

/** `@isic/core-wasm` and `./slic` make `@isic/core-wasm/slic`. */
function specifierOf(name: string, subpath: string): string {
  return subpath === "." ? name : `${name}${subpath.slice(1)}`;
}

export interface Entry {
  readonly folder: Folder;
  readonly specifier: string;
  /** True for the entries that only Node can load (the CONTRACTS of the rooms). */
  readonly nodeOnly: boolean;
}

/** Every JavaScript entry of every package. */
export const ENTRIES: readonly Entry[] = FOLDERS.flatMap((folder) => {
  const { name, exports } = manifestOf(folder);
  return Object.entries(exports)
    .filter(([, target]) => typeof target !== "string")
    .map(([subpath]) => ({
      folder,
      specifier: specifierOf(name, subpath),
      nodeOnly: folder === "cache-fs" || folder === "cli" || /\/node$/.test(subpath),
    }));
});
