import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";
import type { ImageRecord } from "../archive/records.ts";
import { checkPicture, EXTENSIONS, PHOTO_EXTENSIONS } from "../codecs/formats.ts";
import { isIsicError, NotFoundError } from "../errors.ts";
import type { LongCallOptions, Origin } from "../session/calls.ts";
import type { Context } from "../session/context.ts";

/** A photo's file and where it came from this time. */
export interface PhotoFile {
  readonly bytes: Bytes;
  readonly extension: string;
  readonly origin: Origin;
}

/**
 * The photo's file: from the cache under any extension, else from the server, checked and kept under the extension
 * that its bytes call for (v1 does not tell before it sends).
 */
export async function photoFile(
  context: Context,
  image: { readonly id: string; readonly name: string; readonly record: ImageRecord },
  options: LongCallOptions = {},
): Promise<PhotoFile> {
  const { archive, store } = context;
  const keyFor = (extension: string): string => store.key("image", image.id, `${image.name}.${extension}`);
  const read = async (bytes: Bytes): Promise<string> =>
    EXTENSIONS[await checkPicture(bytes, `The photo of ${image.name}`)];
  const first = "jpg";
  for (const extension of store.cache === undefined ? [] : PHOTO_EXTENSIONS) {
    const found = await store.find(keyFor(extension), read, options);
    if (found !== undefined) return { bytes: found.bytes, extension, origin: "cache" };
  }
  try {
    const load = async (signal: AbortSignal) => {
      const file = await archive.open(image.record, "image", { ...options, signal });
      if (file === undefined) throw new NotFoundError("photo of", image.name);
      const bytes = await file.bytes();
      const extension = await read(bytes);
      if (extension === first) return { value: bytes, origin: file.url };
      await store.set(keyFor(extension), bytes, { signal, origin: file.url });
      throw new OtherExtension({ bytes, extension, origin: "network" });
    };
    const kept = await store.keep(keyFor(first), { ...options, read, load });
    return { bytes: kept.bytes, extension: first, origin: kept.origin };
  } catch (error) {
    if (error instanceof OtherExtension) return error.file;
    throw error;
  }
}

/** A photo's pixels and the file they came from. A cached file that cannot be decoded is said and fetched again. */
export async function decodedPhoto(
  context: Context,
  image: { readonly id: string; readonly name: string; readonly record: ImageRecord },
  options: LongCallOptions = {},
): Promise<{ readonly raster: Raster; readonly file: PhotoFile }> {
  const what = `The photo of ${image.name}`;
  const decode = { what, signal: options.signal };
  const file = await photoFile(context, image, options);
  try {
    return { raster: await context.codecs.decode(file.bytes, decode), file };
  } catch (error) {
    if (!isIsicError(error, "UndecodableImageError")) throw error;
    await context.store.delete(context.store.key("image", image.id, `${image.name}.${file.extension}`));
    if (file.origin !== "cache") throw error;
    context.warn(`${error.message} It was in the cache; it is fetched again.`);
  }
  const again = await photoFile(context, image, options);
  return { raster: await context.codecs.decode(again.bytes, decode), file: again };
}

/** The photo arrived and is kept, but not under the key that was waited for. */
class OtherExtension extends Error {
  readonly file: PhotoFile;

  constructor(file: PhotoFile) {
    super("kept under another extension");
    this.file = file;
  }
}
