import type { Collection, Lesion, V2Client } from "@isic/api-client/v2";
import { idIn } from "../archive/references.ts";
import { isIsicError, NotFoundError } from "../errors.ts";
import { nearMatches } from "../selection/near.ts";
import type { CallOptions } from "../session/calls.ts";
import { present } from "../session/present.ts";

const LESION_ID = /^IL_\d{7}$/;

/** A collection's number, its name, or its record. */
export type CollectionReference = number | string | { readonly id: number };
/** A lesion's id, or its record. */
export type LesionReference = string | { readonly id: string };

/** The objects that only today's archive has. */
export class V2Objects {
  readonly #client: V2Client;
  #collections: Promise<readonly Collection[]> | undefined;
  /** The ids that were listed: what an unknown one may have meant. */
  readonly #lesions = new Set<string>();

  constructor(client: V2Client) {
    this.#client = client;
  }

  async collectionList(options: CallOptions & { readonly pinned?: boolean } = {}): Promise<readonly Collection[]> {
    const all = await this.#all(options);
    return options.pinned === undefined ? all : all.filter(({ pinned }) => pinned === options.pinned);
  }

  /** By number, name or record. */
  async collection(reference: CollectionReference, options: CallOptions = {}): Promise<Collection> {
    const wanted = idIn("collection", reference, "id");
    const all = await this.#all(options);
    const found = all.find(({ id, name }) => String(id) === wanted || name === wanted);
    if (found !== undefined) return found;
    const names = all.map(({ name }) => name);
    throw new NotFoundError("collection", wanted, nearMatches(wanted, names));
  }

  async *lesionList(options: CallOptions = {}): AsyncGenerator<Lesion, void, void> {
    for await (const lesion of this.#client.lesions.list(present(options))) {
      this.#lesions.add(lesion.id);
      yield lesion;
    }
  }

  /** By id or record. */
  async lesion(reference: LesionReference, options: CallOptions = {}): Promise<Lesion> {
    const wanted = idIn("lesion", reference, "id");
    const unknown = (cause?: unknown): NotFoundError =>
      new NotFoundError("lesion", wanted, this.#nearLesions(wanted), { cause });
    if (!LESION_ID.test(wanted)) throw unknown();
    return this.#client.lesions.get(wanted, present(options)).catch((error: unknown) => {
      throw isIsicError(error, "HttpNotFoundError") ? unknown(error) : error;
    });
  }

  /** Those that were listed; where none is near, the id that somebody who leaves out zeros or writes it small means. */
  #nearLesions(wanted: string): string[] {
    const near = nearMatches(wanted, this.#lesions);
    const digits = /^\s*(?:il[\s_-]*)?0*(\d{1,7})\s*$/i.exec(wanted)?.[1];
    const meant = digits === undefined ? undefined : `IL_${digits.padStart(7, "0")}`;
    return near.length > 0 || meant === undefined || meant === wanted ? near : [meant];
  }

  #all(options: CallOptions): Promise<readonly Collection[]> {
    this.#collections ??= this.#client.collections.list(present({ signal: options.signal })).all();
    this.#collections.catch(() => {
      this.#collections = undefined;
    });
    return this.#collections;
  }
}
