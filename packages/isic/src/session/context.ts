import type { Bytes } from "@isic/cache";
import type { LabelImage } from "@isic/core-wasm";
import type { Archive, Fetch } from "../archive/archive.ts";
import type { Codecs } from "../codecs/types.ts";
import type { Segmentation } from "../image/segmentation.ts";
import type { CallOptions } from "./calls.ts";
import type { Store } from "./store.ts";

/** Something that was survived, or that one should know although the call went on: one sentence. */
export type OnWarning = (message: string) => void;

/** What the objects of one session share. */
export interface Context {
  readonly archive: Archive;
  readonly store: Store;
  readonly codecs: Codecs;
  readonly warn: OnWarning;
  /** Reads a file by its path, where there are files. */
  readonly readFile?: ((path: string) => Promise<Bytes>) | undefined;
  /** For addresses that are not the archive's. @default the platform's */
  readonly fetch?: Fetch | undefined;
  /** The segmentation of an image to trust most; throws an `UnsupportedByServerError` on v2. */
  readonly segmentationOf: (imageId: string, options?: CallOptions) => Promise<Segmentation | undefined>;
  /** v1: the labels of a `spidx_` file of the Python client of 2019. */
  readonly readLabelIndex?: ((bytes: Bytes) => Promise<LabelImage>) | undefined;
}
