import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "@isic/cache-fs/files";
import { isNestedDeeper } from "../../codecs/nesting.ts";
import { staysInside } from "../../download/manifest.ts";
import { DatasetError } from "../../errors.ts";
import type { DuplicateGroup } from "../duplicates/find-duplicates.ts";
import type { Reference } from "../papers/citation.ts";
import type { Assignment, DatasetPlan, LeftOut } from "../plan/plan.ts";
import { checkRecipe } from "../recipe/check-recipe.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { flawOf } from "./lock-shape.ts";
import { sha256Of } from "./make-image.ts";
import type { SetPart } from "./set-image.ts";

/** The file of a set's folder that pins all that it is made of. */
export const LOCK_NAME = "dataset.lock.json";

/** A file as it must be. */
export interface LockedFile {
  /** Relative to the set's folder, with `/`; of a shard's member, the shard. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** An image of the set. */
export interface LockedImage extends Assignment {
  readonly id: string;
  readonly name: string;
  readonly stem: string;
  readonly labels: readonly string[];
  /** What never lies in two parts. */
  readonly group: string;
  /** By what it belongs to others: `patient IP_1`, `lesion IL_2`. */
  readonly tokens: readonly string[];
  readonly licence?: string | undefined;
  readonly attribution?: string | undefined;
  /** The archive's own file. */
  readonly source: { readonly sha256: string; readonly bytes: number };
  readonly files: Readonly<Partial<Record<SetPart, LockedFile>>>;
}

/** All that a set is made of. No times: the same set has the same lock. */
export interface DatasetLock {
  readonly version: 1;
  /** Versions of what made the bytes. */
  readonly tools: Readonly<Record<string, string>>;
  /** The server's host, and which API. */
  readonly server: string;
  readonly recipe: Recipe;
  readonly images: readonly LockedImage[];
  /** Every file of the set but this one, sorted by path. */
  readonly files: readonly LockedFile[];
  readonly duplicates: readonly DuplicateGroup[];
  readonly leftOut: readonly LeftOut[];
  /** What the data sheet says besides. */
  readonly summary: Pick<DatasetPlan, "unlabelled" | "notes" | "fields" | "without">;
  readonly references: readonly Reference[];
  /** SHA-256 of all the rest: whoever changes something by hand is told by a check. */
  readonly digest?: string | undefined;
}

/** The lock as text: a line for each image and file, so that versions can be compared. */
export function formatLock({ digest: _, ...content }: DatasetLock): string {
  const lock: DatasetLock = { ...content, digest: digestOf(content) };
  const lists: readonly (keyof DatasetLock)[] = ["images", "files", "duplicates", "leftOut"];
  const fields = Object.entries(lock).map(([key, value]) => {
    if (!lists.includes(key as keyof DatasetLock)) return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const lines = (value as readonly unknown[]).map((each) => `\n    ${JSON.stringify(each)}`);
    return `  ${JSON.stringify(key)}: [${lines.join(",")}${lines.length > 0 ? "\n  " : ""}]`;
  });
  return `{\n${fields.join(",\n")}\n}\n`;
}

const digestOf = (content: object): string => sha256Of(JSON.stringify(content));

/** Was a folder's lock changed since it was written? How it is laid out does not count. */
export async function isLockChanged(folder: string): Promise<boolean> {
  const text = await readText(join(folder, LOCK_NAME), { followLinks: true });
  const { digest, ...content } = JSON.parse(text ?? "{}") as DatasetLock;
  return digest !== undefined && digest !== digestOf(content);
}

/**
 * The lock of a set: of its folder, or the file itself. `undefined` for a folder without one.
 *
 * @throws DatasetError for a file that is no lock
 */
export async function readLock(path: string): Promise<DatasetLock | undefined> {
  const isFolder = (await stat(path)).isDirectory();
  const file = isFolder ? join(path, LOCK_NAME) : path;
  const text = await readText(file, { followLinks: true });
  return text === undefined ? undefined : parseLock(text, file);
}

function parseLock(text: string, file: string): DatasetLock {
  const bad = (reason: string, cause?: unknown): DatasetError =>
    new DatasetError(`${file} is no lock file of a data set: ${reason}.`, { cause });
  let lock: DatasetLock;
  if (isNestedDeeper(text, 200)) throw bad("it is nested deeper than 200 levels");
  try {
    lock = JSON.parse(text) as DatasetLock;
  } catch (cause) {
    throw bad("it is no JSON, or cut short", cause);
  }
  const { version } = Object(lock) as DatasetLock;
  if (version !== 1) throw bad(`its version is ${JSON.stringify(version)}, and 1 is read here`);
  const paths = [...listIn(lock.files), ...listIn(lock.images).flatMap(({ files }) => Object.values(Object(files)))]
    .map((file) => Object(file).path as unknown)
    .filter((path) => typeof path === "string");
  const wrong = paths.find((path) => !staysInside(path));
  if (wrong !== undefined) throw bad(`the path ${JSON.stringify(wrong)} leaves the folder`);
  const flaw = flawOf(lock);
  if (flaw !== undefined) throw bad(flaw);
  const { images } = lock;
  for (const { stem, split } of images) {
    if (!staysInside(stem) || stem.includes("/") || !staysInside(split))
      throw bad(`the name ${JSON.stringify(stem)} leaves the folder`);
  }
  return { ...lock, recipe: checkRecipe(lock.recipe) };
}

/** What may be a list, of what may be objects. */
const listIn = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(Object) : []);
