import { ArgumentError, NotLoadedError } from "../errors.ts";
import type { Image } from "./image.ts";
import type { Superpixels } from "./superpixels.ts";

/** Marks count the superpixels of one image: on another they would be somewhere. */
export function checkImage(image: Image, id: string): void {
  if (image?.id === id) return;
  const got = image?.id === undefined ? "no object of api.image()" : `${image.id} (${image.name})`;
  throw new ArgumentError(`expected the image ${id}, got ${got}`);
}

/** `image.superpixels` is easily given before there are any. */
export function checkSuperpixels(what: string, superpixels: Superpixels): void {
  if (superpixels?.idx === undefined) throw new NotLoadedError(what, "superpixels: await image.loadSuperpixels()");
}
