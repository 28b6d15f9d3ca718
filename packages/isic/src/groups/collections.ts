import { nearMatches } from "@isic/select";
import type { Collection, CollectionService, Lesion } from "../archive/archive.ts";
import { idIn } from "../archive/references.ts";
import { isIsicError, NotFoundError } from "../errors.ts";
import { CALL, type CallOptions } from "../session/calls.ts";
import { checkOptions } from "../session/options.ts";

const LESION_ID = /^IL_\d{7}$/;

/** A collection's number, its name, or its record. */
export type CollectionReference = number | string | { readonly id: number };
/** A lesion's id, or its record. */
export type LesionReference = string | { readonly id: string };

/** The collections and lesions of a server, by whatever stands for one. */
export class Collections {
  readonly #service: CollectionService;
  #collections: Promise<readonly Collection[]> | undefined;
  /** The ids that were listed: what an unknown one may have meant. */
  readonly #lesions = new Set<string>();

  constructor(service: CollectionService) {
    this.#service = service;
  }

  async collectionList(options: CallOptions & { readonly pinned?: boolean } = {}): Promise<readonly Collection[]> {
    checkOptions("collectionList", options, [...CALL, "pinned"]);
    const all = await this.#all(options);
    return options.pinned === undefined ? all : all.filter(({ pinned }) => pinned === options.pinned);
  }

  /** By number, name or record. */
  async collection(reference: CollectionReference, options: CallOptions = {}): Promise<Collection> {
    checkOptions("collection", options, CALL);
    const wanted = idIn("collection", reference, "id");
    const all = await this.#all(options);
    const found = all.find(({ id, name }) => String(id) === wanted || name === wanted);
    if (found !== undefined) return found;
    const names = all.map(({ name }) => name);
    throw new NotFoundError("collection", wanted, nearMatches(wanted, names));
  }

  async *lesionList(options: CallOptions = {}): AsyncGenerator<Lesion, void, void> {
    checkOptions("lesionList", options, CALL);
    for await (const lesion of this.#service.lesions(options)) {
      this.#lesions.add(lesion.id);
      yield lesion;
    }
  }

  /** By id or record. */
  async lesion(reference: LesionReference, options: CallOptions = {}): Promise<Lesion> {
    checkOptions("lesion", options, CALL);
    const wanted = idIn("lesion", reference, "id");
    const unknown = (cause?: unknown): NotFoundError =>
      new NotFoundError("lesion", wanted, this.#nearLesions(wanted), { cause });
    if (!LESION_ID.test(wanted)) throw unknown();
    return this.#service.lesion(wanted, options).catch((error: unknown) => {
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
    this.#collections ??= this.#service.collections(options);
    this.#collections.catch(() => {
      this.#collections = undefined;
    });
    return this.#collections;
  }
}
