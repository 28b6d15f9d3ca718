import type { V1Client } from "@isic/api-client/v1";
import type { V2Client } from "@isic/api-client/v2";
import type { ByteCache } from "@isic/cache";
import type { Criteria } from "@isic/select";
import { archiveOf } from "./archive/index.ts";
import { noCodecs } from "./codecs/none.ts";
import type { Codecs } from "./codecs/types.ts";
import type { Context, OnWarning } from "./context.ts";
import { isIsicError, NotFoundError, NotLoadedError } from "./errors.ts";
import { Image } from "./image.ts";
import { ImageBook } from "./image-book.ts";
import { nearImageNames } from "./near.ts";
import type { CallOptions, LongCallOptions } from "./origin.ts";
import { type ImageRecord, type ImageReference, resolveReference } from "./records.ts";
import { readyCriteria, unknownPaths } from "./selection.ts";
import { Store } from "./store.ts";

export interface IsicApiOptions {
  /** The server: a client of `@isic/api-client/v1` or `/v2`; `IsicApi.connect` of `isic/node` and `isic/browser` makes it. */
  readonly client: V1Client | V2Client;
  /**
   * Who the client acts for: `"anonymous"` for nobody, else the account's id. It is part of every cache key, so that
   * what was fetched for one account is never given to another.
   */
  readonly account: string;
  /** The login name, as a courtesy to callers. */
  readonly username?: string | undefined;
  /** Any cache contract: a folder, IndexedDB, a `Map`. Without one, everything is fetched each time. */
  readonly cache?: ByteCache | undefined;
  /** Needed for pixels and superpixels; without it only records and files are to be had. */
  readonly codecs?: Codecs | undefined;
  /** Hears what was survived and what one should know. @default console.warn */
  readonly onWarning?: OnWarning | undefined;
}

export interface SelectOptions extends LongCallOptions {
  /** Select among the current selection (or the one given) instead of all images. @default false */
  readonly subSelect?: boolean | ReadonlyMap<string, ImageRecord>;
  /** Add what is found to the current selection instead of replacing it. @default false */
  readonly add?: boolean;
  /** Take what is found out of the current selection. @default false */
  readonly remove?: boolean;
}

/**
 * The archive as one object: the same calls on the old API (v1) and on today's (v2).
 *
 * @example
 * ```ts
 * import { IsicApi } from "isic/node";
 * import { createSampleArchive } from "@isic/sample-archive";
 *
 * const { fetch, v1Url } = createSampleArchive();
 * const api = await IsicApi.connect({ family: "v1", baseUrl: v1Url, fetch, cache: new Map() });
 * const selection = await api.selectImages(["meta.clinical.sex", "==", "female"]);
 * console.log(selection.size, "images");
 * ```
 */
export class IsicApi {
  /** Who is logged in; nothing for a guest. */
  readonly username: string | undefined;
  readonly #context: Context;
  readonly #book = new ImageBook();
  #selection: Map<string, ImageRecord> | undefined;

  constructor(options: IsicApiOptions) {
    const { client, account, cache, codecs = noCodecs } = options;
    const warn = options.onWarning ?? ((message: string) => console.warn(message));
    const archive = archiveOf(client, account);
    this.username = options.username;
    this.#context = { archive, codecs, warn, store: new Store(cache, archive.host, account, warn) };
  }

  /** Which API the server speaks. */
  get family(): "v1" | "v2" {
    return this.#context.archive.family;
  }

  /** Name to id of the images seen so far; of all after `cacheImages`. */
  get images(): ReadonlyMap<string, string> {
    return this.#book.ids;
  }

  /** Id to record of the images seen so far; of all after `cacheImages`. */
  get imageCache(): ReadonlyMap<string, ImageRecord> {
    return this.#book.records;
  }

  /** What the last `selectImages` left; nothing before the first. */
  get imageSelection(): ReadonlyMap<string, ImageRecord> | undefined {
    return this.#selection;
  }

  /**
   * One image by id, name, record, or a summary that holds an id.
   *
   * Throws a `NotFoundError` with near matches when there is none.
   */
  async image(reference: ImageReference, options: CallOptions = {}): Promise<Image> {
    const resolved = resolveReference(reference);
    if (typeof resolved !== "string") return this.#imageOf(resolved, "network");
    const known = this.#book.find(resolved);
    if (known !== undefined) return this.#imageOf(known, "cache");
    return this.#imageOf(await this.#fetchRecord(resolved, options), "network");
  }

  /** The first images of the archive, oldest first; `limit` is how many. */
  async *imageList(options: CallOptions & { readonly limit?: number } = {}): AsyncGenerator<ImageRecord, void, void> {
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    for await (const page of this.#context.archive.imagePages(options)) {
      for (const record of page.records) {
        if (left-- <= 0) return;
        this.#book.add(record);
        yield record;
      }
    }
  }

  /**
   * The images that meet the criteria; they become `imageSelection`.
   *
   * The original's rules for missing values hold (`!=` selects them, `==` does not). A criterion that cannot mean
   * anything is a `CriteriaError`; a field that no image has is only a warning.
   */
  async selectImages(criteria: Criteria, options: SelectOptions = {}): Promise<ReadonlyMap<string, ImageRecord>> {
    const ready = readyCriteria(criteria, this.family);
    const basis = await this.#basis(options);
    for (const warning of unknownPaths(ready.criteria, basis)) this.#context.warn(warning);
    const found = [...basis].filter(([, record]) => ready.selects(record));
    this.#selection = this.#combine(found, options);
    return this.#selection;
  }

  /** Fetches the records of all images, or what is new since the last time; see `imageCache`. */
  async cacheImages(options: LongCallOptions = {}): Promise<void> {
    const records: ImageRecord[] = [];
    for await (const page of this.#context.archive.imagePages(options)) records.push(...page.records);
    this.#book.replace(records);
  }

  /** The records of all images by id: those of the image index, which is filled first when it is not there. */
  async allImages(options: LongCallOptions = {}): Promise<ReadonlyMap<string, ImageRecord>> {
    if (!this.#book.isComplete) await this.cacheImages(options);
    return this.#book.records;
  }

  async #basis({ subSelect, ...options }: SelectOptions): Promise<ReadonlyMap<string, ImageRecord>> {
    if (subSelect instanceof Map) return subSelect as ReadonlyMap<string, ImageRecord>;
    if (subSelect === true) {
      if (this.#selection === undefined) throw new NotLoadedError("subSelect", "a selection: selectImages(criteria)");
      return this.#selection;
    }
    return this.allImages(options);
  }

  #combine(
    found: readonly [string, ImageRecord][],
    { subSelect, add, remove }: SelectOptions,
  ): Map<string, ImageRecord> {
    const current = this.#selection ?? new Map<string, ImageRecord>();
    if (add === true && !subSelect) return new Map([...current, ...found]);
    if (remove !== true) return new Map(found);
    const gone = new Set(found.map(([id]) => id));
    return new Map([...current].filter(([id]) => !gone.has(id)));
  }

  #imageOf(record: ImageRecord, origin: "network" | "cache"): Image {
    this.#book.add(record);
    return new Image(record, this.#context, origin);
  }

  async #fetchRecord(idOrName: string, options: CallOptions): Promise<ImageRecord> {
    const { archive } = this.#context;
    try {
      const isId = archive.isId(idOrName);
      return await (isId ? archive.imageById(idOrName, options) : archive.imageByName(idOrName, options));
    } catch (cause) {
      if (!isIsicError(cause, "HttpNotFoundError", "NotFoundError")) throw cause;
      throw new NotFoundError("image", idOrName, nearImageNames(idOrName, this.#book.ids.keys()), { cause });
    }
  }
}
