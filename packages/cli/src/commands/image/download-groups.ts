import {
  challengeLabel,
  challenges,
  type DownloadImage,
  type DownloadOptions,
  type DownloadSource,
  splitGroups,
} from "isic/node";
import { CommandError } from "../../output/failure.ts";
import type { ImageDownloadOptions } from "./download.ts";

/** A split is decided over the whole selection, before the first image comes, and is the same for every shard. */
export async function splitting(
  source: DownloadSource,
  { split, splitBy, seed }: ImageDownloadOptions,
  signal: AbortSignal,
): Promise<Pick<DownloadOptions, "splitOf">> {
  if (split === undefined) return {};
  const images: DownloadImage[] = [];
  for await (const image of source.images(signal)) images.push(image);
  const parts = splitGroups(images, {
    shares: sharesOf(split),
    ...(splitBy === undefined ? {} : { by: splitBy }),
    ...(seed === undefined ? {} : { seed }),
  });
  return { splitOf: (image) => parts.get(image.id) };
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
