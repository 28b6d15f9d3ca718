import type { Collection, Lesion, V2Client } from "@isic/api-client/v2";
import { NotFoundError } from "./errors.ts";
import { nearMatches } from "./near.ts";
import type { CallOptions } from "./origin.ts";
import { present } from "./present.ts";

/** The objects that only today's archive has. */
export class V2Objects {
  readonly #client: V2Client;
  #collections: Promise<readonly Collection[]> | undefined;

  constructor(client: V2Client) {
    this.#client = client;
  }

  async collectionList(options: CallOptions & { readonly pinned?: boolean } = {}): Promise<readonly Collection[]> {
    const all = await this.#all(options);
    return options.pinned === undefined ? all : all.filter(({ pinned }) => pinned === options.pinned);
  }

  /** By number or by name. */
  async collection(reference: number | string, options: CallOptions = {}): Promise<Collection> {
    const all = await this.#all(options);
    const found = all.find(({ id, name }) => id === reference || name === reference || String(id) === reference);
    if (found !== undefined) return found;
    const near = nearMatches(
      String(reference),
      all.map(({ name }) => name),
    );
    throw new NotFoundError("collection", String(reference), near);
  }

  async *lesionList(options: CallOptions = {}): AsyncGenerator<Lesion, void, void> {
    yield* this.#client.lesions.list(present(options));
  }

  lesion(id: string, options: CallOptions = {}): Promise<Lesion> {
    return this.#client.lesions.get(id, present(options));
  }

  #all(options: CallOptions): Promise<readonly Collection[]> {
    this.#collections ??= this.#client.collections.list(present({ signal: options.signal })).all();
    this.#collections.catch(() => {
      this.#collections = undefined;
    });
    return this.#collections;
  }
}
