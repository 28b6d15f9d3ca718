import type { DownloadOptions, DownloadSource } from "isic/node";
import type { ImageDownloadOptions } from "./commands/image-download.ts";
import { CommandError } from "./print/failure.ts";

/** Splits and labels are decided by the records alone, before the first image comes. */
export async function splitting(
  _source: DownloadSource,
  { split }: ImageDownloadOptions,
  _signal: AbortSignal,
): Promise<Pick<DownloadOptions, "splitOf">> {
  if (split === undefined) return {};
  throw new CommandError("--split is not there yet.");
}

export async function labelling({ labels }: ImageDownloadOptions): Promise<Pick<DownloadOptions, "labelOf">> {
  if (labels === undefined) return {};
  throw new CommandError("--labels is not there yet.");
}
