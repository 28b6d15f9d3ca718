import type { DownloadImage, DownloadSource } from "isic/node";

/**
 * The same source, whose selection is asked for once: for what must be known of all images before the first is fetched
 * (the room they need, the shares of a split).
 */
export function remembered(source: DownloadSource): DownloadSource {
  let known: readonly DownloadImage[] | undefined;
  return {
    ...source,
    async *images(signal) {
      if (known !== undefined) return yield* known;
      const seen: DownloadImage[] = [];
      for await (const image of source.images(signal)) {
        seen.push(image);
        yield image;
      }
      known = seen;
    },
  };
}
