// The names that the challenges' files have, and what can be read from one. Names come from outside: what is taken from them
// is seven digits and a known feature, nothing else.
import type { ArrayTask, MaskTask } from "./tasks.ts";

const IGNORED = /^(\.|~\$|attribution\.txt$|licen[cs]e(\.txt)?$|readme(\.\w+)?$|thumbs\.db$|desktop\.ini$)/i;

/** The last part of a path in a folder or ZIP. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** Files that come along with a download or an operating system, and say nothing. */
export function isIgnored(path: string): boolean {
  return /(^|[/\\])__MACOSX[/\\]/.test(path) || IGNORED.test(baseName(path)) || baseName(path) === "";
}

/** `ISIC_0000000` of a ground truth's file name or cell, or undefined. */
export function imageIn(text: string): string | undefined {
  return /ISIC_[0-9]{7}/.exec(text)?.[0];
}

/** Every run of seven digits in a name: the scorers find a submission's file by the image's seven digits anywhere in it. */
export function digitsIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const { 0: run } of text.matchAll(/[0-9]{7,}/g)) {
    for (let at = 0; at + 7 <= run.length && at < 1000; at++) found.add(run.slice(at, at + 7));
  }
  return [...found];
}

/** The feature of the task that a file's name says, or undefined; for a task without features always undefined. */
export function featureIn(task: MaskTask, path: string): string | undefined {
  const name = baseName(path).toLowerCase();
  return task.features.find((feature) => name.includes(feature));
}

/**
 * The name that a file of an image has in the task's ground truth, and may have in a submission:
 * `ISIC_0000000_segmentation.png`, `ISIC_0000000_features.json`, `ISIC_0000000_attribute_streaks.png`.
 *
 * @param image `ISIC_` and seven digits
 * @param feature for a task with a mask per feature
 */
export function challengeFileName(task: MaskTask | ArrayTask, image: string, feature?: string): string {
  if (!/^ISIC_[0-9]{7}$/.test(image)) {
    throw new RangeError(`expected an image name such as ISIC_0000000, got ${JSON.stringify(image)}`);
  }
  if (task.kind === "arrays") return task.name === "2016-2" ? `${image}.json` : `${image}_features.json`;
  if (task.features.length === 0) return `${image}_${task.name === "2016-1" ? "S" : "s"}egmentation.png`;
  if (feature === undefined || !task.features.includes(feature)) {
    throw new RangeError(`expected a feature of ${task.features.join(", ")}, got ${JSON.stringify(feature)}`);
  }
  return task.name === "2016-2b" ? `${image}_${feature}.png` : `${image}_attribute_${feature}.png`;
}
