import {
  challengeLabel,
  challenges,
  type DownloadImage,
  type DownloadOptions,
  type DownloadSource,
  splitGroups,
} from "isic/node";
import type { ImageDownloadOptions } from "./commands/image-download.ts";
import { CommandError } from "./print/failure.ts";

/** A split is decided over the whole selection, before the first image comes, and is the same for every shard. */
export async function splitting(
  source: DownloadSource,
  { split, splitBy, seed }: ImageDownloadOptions,
  signal: AbortSignal,
): Promise<Pick<DownloadOptions, "splitOf">> {
  if (split === undefined) return {};
  const images: DownloadImage[] = [];
  for await (const image of source.images(signal)) images.push(image);
  const parts = splitGroups(images, { shares: sharesOf(split), by: splitBy, seed });
  return { splitOf: (image) => parts.get(image.id) };
}

export function sharesOf(text: string): number[] {
  const shares = text.split(/[/:,]/).map(Number);
  const fits = shares.length >= 2 && shares.length <= 3 && shares.every((share) => share >= 0);
  if (!fits || shares.every((share) => share === 0)) {
    throw new CommandError(`--split: expected two or three shares such as 80/10/10, got "${text}".`, 2);
  }
  return shares;
}

export function labelling({ labels }: ImageDownloadOptions): Pick<DownloadOptions, "labelOf"> {
  if (labels === undefined) return {};
  const challenge = labels.toLowerCase();
  if (!challenges.includes(challenge)) {
    throw new CommandError(`--labels: expected one of ${challenges.join(", ")}, got "${labels}".`, 2);
  }
  return { labelOf: ({ record }) => challengeLabel(challenge, record) };
}
