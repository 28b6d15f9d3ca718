import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";
import { type ImageRecord, photoFileOf } from "../archive/records.ts";
import { checkPhoto, PHOTO_EXTENSIONS } from "../codecs/formats.ts";
import { isIsicError, NotFoundError } from "../errors.ts";
import { type LongCallOptions, type Origin, unkept } from "../session/calls.ts";
import type { Context } from "../session/context.ts";

/** Whose photo. */
export interface PhotoOf {
  readonly id: string;
  readonly name: string;
  readonly record: ImageRecord;
}

/** A photo's file and where it came from this time. */
export interface PhotoFile {
  readonly bytes: Bytes;
  /** Its key in the cache. */
  readonly key: string;
  readonly origin: Origin;
}

/** Of a cache key's part there are 160 characters; an extension needs some. */
const LONGEST = 150;

/** An image's name as the part of a key that already has its id: as much of it as there is room for. */
export function keyName(name: string): string {
  let kept = "";
  let length = 0;
  for (const character of name.replace(/\p{Surrogate}/gu, "_")) {
    // Capitals are written as %41 where a file system may ignore case.
    length += /[a-z0-9_.-]/.test(character) ? 1 : 3 * new TextEncoder().encode(character).length;
    if (length > LONGEST) break;
    kept += character;
  }
  return kept;
}

/**
 * The photo's file: from the cache, else from the server, checked and kept under the extension that its bytes call for.
 * The record says the extension on v2; a v1 server does not tell before it sends.
 *
 * @throws UndecodableImageError for what is no whole photo: such bytes are never kept
 */
export async function photoFile(context: Context, image: PhotoOf, options: LongCallOptions = {}): Promise<PhotoFile> {
  const { archive, store } = context;
  const what = `The photo of ${image.name}`;
  const announced = photoFileOf(image.record);
  const keyFor = (extension: string): string => store.key("image", image.id, `${keyName(image.name)}.${extension}`);
  const likely = PHOTO_EXTENSIONS.find((extension) => extension === announced.extension) ?? PHOTO_EXTENSIONS[0]!;
  let found: PhotoFile | undefined;
  const load = async (signal: AbortSignal) => {
    // Kept under another extension in an earlier session; a record that names the extension leaves no doubt.
    const others = announced.extension === undefined ? PHOTO_EXTENSIONS.filter((other) => other !== likely) : [];
    for (const key of others.map(keyFor)) {
      const other = (await store.has(key)) ? await store.find(key, (bytes) => checkPhoto(bytes, what)) : undefined;
      if (other === undefined) continue;
      found = { bytes: other.bytes, key, origin: "cache" };
      return { value: other.bytes, key };
    }
    const file = await unkept(what, archive.open(image.record, "image", { signal, onProgress: options.onProgress }));
    if (file === undefined) throw new NotFoundError("photo of", image.name);
    const bytes = await file.bytes();
    const key = keyFor(checkPhoto(bytes, what, file.announcedBytes).extension);
    // What lay there was not usable, and nothing takes its place.
    if (key !== keyFor(likely)) await store.delete(keyFor(likely));
    found = { bytes, key, origin: "network" };
    return { value: bytes, key, origin: file.url };
  };
  const read = (bytes: Bytes): Bytes => {
    if (bytes !== found?.bytes) checkPhoto(bytes, what);
    return bytes;
  };
  const kept = await store.getOrLoad(keyFor(likely), { ...options, read, load });
  return found ?? { bytes: kept.bytes, key: keyFor(likely), origin: kept.origin };
}

/**
 * A photo's pixels and the file they came from. A cached file that cannot be decoded is said and fetched again.
 *
 * @throws UndecodableImageError
 */
export async function decodedPhoto(
  context: Context,
  image: PhotoOf,
  options: LongCallOptions = {},
): Promise<{ readonly raster: Raster; readonly file: PhotoFile }> {
  const decode = { what: `The photo of ${image.name}`, signal: options.signal };
  const file = await photoFile(context, image, options);
  try {
    return { raster: await context.codecs.decode(file.bytes, decode), file };
  } catch (error) {
    if (!isIsicError(error, "UndecodableImageError")) throw error;
    await context.store.delete(file.key);
    if (file.origin !== "cache") throw error;
    context.warn(`${error.message} It was in the cache; it is fetched again.`);
  }
  const again = await photoFile(context, image, options);
  return { raster: await context.codecs.decode(again.bytes, decode), file: again };
}
