import { stat } from "node:fs/promises";
import {
  challengeLabel,
  challenges,
  type DownloadImage,
  type DownloadOptions,
  type DownloadSource,
  groupNotes,
  isIsicError,
  readManifest,
  splitImages,
} from "isic/node";
import { CommandError } from "../../output/failure.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { ImageDownloadOptions } from "./download.ts";

/** What comes of `--split`: the part of each image, and the source without the images that may be in none. */
export interface Splitting {
  readonly source: DownloadSource;
  readonly engine: Pick<DownloadOptions, "splitOf">;
}

/** So many names of images that are left out are told. */
const NAMED = 20;

/**
 * A split is decided over the whole selection, before the first image comes, and is the same for every shard. What the
 * folder holds already keeps its part.
 */
export async function splitting(
  source: DownloadSource,
  folder: string,
  { split, splitBy, seed = "isic", quiet, json }: ImageDownloadOptions,
  { out: printed, err, signal }: Terminal,
): Promise<Splitting> {
  if (split === undefined) return { source, engine: {} };
  const images: DownloadImage[] = [];
  for await (const image of source.images(signal)) images.push(image);
  const shares = sharesOf(split);
  const names = shares.length === 2 ? ["train", "test"] : ["train", "validation", "test"];
  const groups = splitBy === "image" ? "none" : splitBy === "lesion" ? ["lesion"] : ["patient", "lesion"];
  const found = splitImages(images, {
    shares: Object.fromEntries(names.map((name, i) => [name, shares[i] as number])),
    groups,
    seed,
    held: await partsIn(folder),
  });
  // How much a split can be trusted is a result of it.
  if (quiet !== true && json !== true) for (const note of groupNotes(found, images.length)) printed.line(note);
  const out = new Set(found.leftOut);
  if (out.size > 0) {
    const names = images.flatMap(({ id, name }) => (out.has(id) ? [name] : [])).sort();
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
    err.line(
      `note: ${plural(names.length, "image")} left out, which would bring a patient or lesion into two parts: ${names.slice(0, NAMED).join(", ")}${more}.`,
    );
  }
  return {
    source: { ...source, images: () => images.filter(({ id }) => !out.has(id)) },
    engine: { splitOf: ({ id }) => found.parts.get(id) },
  };
}

/** The parts of the images that a folder holds. */
async function partsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) return new Map();
  const entries = await readManifest(folder).catch((error: unknown) => {
    if (isIsicError(error, "DownloadTargetError")) return [];
    throw error;
  });
  return new Map(entries.flatMap(({ id, split }) => (split === undefined ? [] : [[id, split] as const])));
}

/** Shares that are not the whole are most often a typing error, and a set split by them is noticed late. */
export function sharesOf(text: string): number[] {
  const shares = text
    .split(/[/:,]/)
    .map((share) => (/^(\d+\.?\d*|\.\d+)$/.test(share.trim()) ? Number(share) : Number.NaN));
  if (shares.length < 2 || shares.length > 3 || !shares.every((share) => share >= 0)) {
    throw new CommandError(`--split: expected two or three shares such as 80/10/10, got "${text}".`, 2);
  }
  const sum = shares.reduce((all, share) => all + share, 0);
  if (![1, 100].some((whole) => Math.abs(sum - whole) < 1e-6 * whole)) {
    throw new CommandError(`--split: ${text} adds up to ${Number(sum.toPrecision(6))}, not to 100 (or to 1).`, 2);
  }
  return shares;
}

/** The classes of a challenge, where `--labels` asks for them. */
export function labelling({ labels }: ImageDownloadOptions): Pick<DownloadOptions, "labelOf"> {
  if (labels === undefined) return {};
  const challenge = labels.toLowerCase();
  if (!challenges.includes(challenge)) {
    throw new CommandError(`--labels: expected one of ${challenges.join(", ")}, got "${labels}".`, 2);
  }
  return { labelOf: ({ record }) => challengeLabel(challenge, record) };
}
