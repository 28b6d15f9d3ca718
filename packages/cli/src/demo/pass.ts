import type { Image, IsicApi } from "isic";

/** One thing done, how long it took, and where its bytes came from. */
export interface Step {
  readonly name: string;
  readonly milliseconds: number;
  readonly from: string;
}

export interface Pass {
  readonly image: Image;
  readonly steps: readonly Step[];
}

/** From a name to a map: what the demo does twice, the second time out of the cache. */
export async function passOver(api: IsicApi, name: string, signal: AbortSignal): Promise<Pass> {
  const steps: Step[] = [];
  const timed = async <T>(step: string, work: () => Promise<T> | T, from: (result: T) => string): Promise<T> => {
    const started = performance.now();
    const result = await work();
    steps.push({ name: step, milliseconds: performance.now() - started, from: from(result) });
    return result;
  };
  const image = await timed(
    "find the image",
    () => api.image(name, { signal }),
    (found) => found.origins.record,
  );
  await timed(
    "fetch the photo",
    () => image.loadRawData({ signal }),
    () => image.origins.data ?? "",
  );
  await timed(
    "decode it to pixels",
    () => image.loadImageData({ signal }),
    () => "",
  );
  await timed(
    "superpixels, to labels",
    () => image.loadSuperpixels({ signal }),
    () => image.origins.superpixels ?? "",
  );
  await timed(
    "build the map",
    () => image.mapSuperpixels(),
    () => "",
  );
  return { image, steps };
}
