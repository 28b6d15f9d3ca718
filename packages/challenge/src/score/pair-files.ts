// Which file of a submission belongs to which file of the ground truth.

import { type Mistake, quote } from "../check/mistakes.ts";
import type { ChallengeFiles, FileEntry } from "../files/files.ts";
import { baseName, challengeFileName, digitsIn, featureIn, imageIn, isIgnored } from "../tasks/file-names.ts";
import type { ArrayTask, MaskTask } from "../tasks/tasks.ts";

/** What one file of the task is about. */
export interface Item {
  readonly image: string;
  readonly feature?: string;
}

/** An item that was asked for, with the ground truth's file of it where there is one. */
export interface Asked {
  readonly item: Item;
  readonly truth?: FileEntry;
}

/** The file of the submission that answers it. */
export interface Pair extends Asked {
  readonly submission: FileEntry;
}

/** The ground truth's files of a task, by name; photos and superpixels that lie beside them are none. */
export function truthFiles(
  task: MaskTask | ArrayTask,
  source: ChallengeFiles,
): { readonly items: readonly (Asked & { readonly truth: FileEntry })[]; readonly mistakes: readonly Mistake[] } {
  const items = new Map<string, Asked & { readonly truth: FileEntry }>();
  const mistakes: Mistake[] = [];
  const files = source.files.filter(({ name }) => isOfTask(task, name));
  for (const truth of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const item = itemOf(task, truth.name);
    if (item === undefined) continue;
    const key = `${item.image} ${item.feature ?? ""}`;
    const before = items.get(key);
    if (before !== undefined) mistakes.push(twoFiles(item, [before.truth.name, truth.name]));
    else items.set(key, { item, truth });
  }
  if (items.size === 0) {
    const example = challengeFileName(task, "ISIC_0000000", task.kind === "masks" ? task.features[0] : undefined);
    const message = `${quote(source.name)} has no file of task ${task.name}; its files are named like ${example}.`;
    mistakes.push({ kind: "missing-image", refused: true, message });
  }
  return { items: [...items.values()], mistakes };
}

function isOfTask(task: MaskTask | ArrayTask, name: string): boolean {
  if (isIgnored(name)) return false;
  return task.kind === "arrays" ? /\.json$/i.test(name) : /\.png$/i.test(name) && !/_superpixels\.png$/i.test(name);
}

function itemOf(task: MaskTask | ArrayTask, name: string): Item | undefined {
  const image = imageIn(baseName(name));
  if (image === undefined) return undefined;
  if (task.kind === "arrays" || task.features.length === 0) return { image };
  const feature = featureIn(task, name);
  return feature === undefined ? undefined : { image, feature };
}

/** The submission's file for each item, and what is missing, there twice, or there for nothing. */
export function answersTo(
  task: MaskTask | ArrayTask,
  items: readonly Asked[],
  submission: ChallengeFiles,
): { readonly pairs: readonly Pair[]; readonly mistakes: readonly Mistake[] } {
  const byDigits = new Map<string, FileEntry[]>();
  const files = submission.files.filter(({ name }) => !isIgnored(name));
  for (const file of files) {
    for (const digits of digitsIn(baseName(file.name))) {
      const list = byDigits.get(digits);
      if (list === undefined) byDigits.set(digits, [file]);
      else list.push(file);
    }
  }
  const used = new Set<FileEntry>();
  const pairs: Pair[] = [];
  const mistakes: Mistake[] = [];
  for (const each of items) {
    const { item } = each;
    const { image, feature } = item;
    const all = byDigits.get(image.slice(5)) ?? [];
    const found =
      feature === undefined ? all : all.filter(({ name }) => baseName(name).toLowerCase().includes(feature));
    for (const file of found) used.add(file);
    const [first, second] = found;
    if (first === undefined) mistakes.push(missing(task, item));
    else if (second !== undefined)
      mistakes.push(
        twoFiles(
          item,
          found.map(({ name }) => name),
        ),
      );
    else pairs.push({ ...each, submission: first });
  }
  const asked = new Set(items.map(({ item }) => item.image));
  for (const file of files) if (!used.has(file)) mistakes.push(extra(file, asked));
  return { pairs, mistakes };
}

/** What a submission answers when nobody says what was asked: every image that it names, with every feature of the task. */
export function itemsOfSubmission(task: MaskTask | ArrayTask, submission: ChallengeFiles): readonly Asked[] {
  const names = submission.files.filter(({ name }) => !isIgnored(name)).map(({ name }) => baseName(name));
  const digits = new Set(names.flatMap((name) => imageIn(name)?.slice(5) ?? digitsIn(name)[0] ?? []));
  const images = [...digits].sort().map((each) => `ISIC_${each}`);
  if (task.kind === "arrays" || task.features.length === 0) return images.map((image) => ({ item: { image } }));
  return images.flatMap((image) => task.features.map((feature) => ({ item: { image, feature } })));
}

function missing(task: MaskTask | ArrayTask, { image, feature }: Item): Mistake {
  const file = challengeFileName(task, image, feature);
  const what = feature === undefined ? image : `${image}, ${feature}`;
  const message = `${what}: no file of the submission has its number in its name; it should have one such as ${file}.`;
  return { kind: "missing-image", image, ...(feature === undefined ? {} : { feature }), refused: true, message };
}

function twoFiles({ image, feature }: Item, names: readonly string[]): Mistake {
  const what = feature === undefined ? image : `${image}, ${feature}`;
  const shown = names.slice(0, 3).map(quote).join(", ");
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  const message = `${what}: ${names.length} files have its number in their names: ${shown}${more}; leave one.`;
  return { kind: "two-files", image, ...(feature === undefined ? {} : { feature }), refused: true, message };
}

function extra({ name }: FileEntry, asked: ReadonlySet<string>): Mistake {
  const image = imageIn(baseName(name));
  const why =
    image === undefined || asked.has(image)
      ? "it answers nothing that was asked"
      : `${image} is not in the ground truth`;
  return {
    kind: "extra-image",
    ...(image === undefined ? {} : { image }),
    file: name,
    refused: false,
    message: `${quote(name)} counts nothing: ${why}.`,
  };
}
