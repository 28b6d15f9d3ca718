const BRAND = "isic.error";

/** What every error of these packages looks like, whichever package (or copy of it) threw it. */
export interface IsicError extends Error {
  /** The class name; it survives duplicate installs and structured clones of the fields, unlike `instanceof`. */
  readonly tag: string;
}

function mark(error: Error): void {
  Object.defineProperty(error, Symbol.for(BRAND), { value: true });
}

abstract class TaggedError extends Error {
  abstract readonly tag: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    mark(this);
  }

  override get name(): string {
    return this.tag;
  }
}

/**
 * The server has no such thing at all (studies on v2, for example).
 * The message names what to use instead; asking again is of no use.
 */
export class UnsupportedByServerError extends TaggedError {
  readonly tag = "UnsupportedByServerError";
  /** What was asked for, as a method of the api: `study`, `segmentation`. */
  readonly feature: string;
  /** The API family of the server. */
  readonly family: "v1" | "v2";

  constructor(feature: string, family: "v1" | "v2", instead: string) {
    super(`${feature}: the archive's ${family} API has none. ${instead}`);
    this.feature = feature;
    this.family = family;
  }
}

/** A part of the program, which a page loads when it is first needed, did not come. */
export class ModuleLoadError extends TaggedError {
  readonly tag = "ModuleLoadError";

  constructor(what: string, options?: ErrorOptions) {
    super(`${what} could not be loaded: check the connection, or load the page again.`, options);
  }
}

/** The script of a service worker was built in chunks, and there browsers load none of them later. */
export class ServiceWorkerError extends TaggedError {
  readonly tag = "ServiceWorkerError";

  constructor(options?: ErrorOptions) {
    super(
      "A service worker cannot load modules later (import() is refused there), and its script was built in chunks: build it " +
        "with all of isic/browser in one file (esbuild: splitting: false; Rollup and Vite: output.inlineDynamicImports).",
      options,
    );
  }
}

/** So many names are listed. */
const FEW_NAMES = 12;

/** No such image, dataset, study ... for this account. `nearMatches` are known names that look alike. */
export class NotFoundError extends TaggedError {
  readonly tag = "NotFoundError";
  /** `image`, `dataset`, `study` ... */
  readonly kind: string;
  /** The id or name that was asked for. */
  readonly wanted: string;
  readonly nearMatches: readonly string[];

  /** @param options `among`: all that there are, where logging in would not show more; a few are named */
  constructor(
    kind: string,
    wanted: string,
    nearMatches: readonly string[] = [],
    options?: ErrorOptions & { readonly among?: readonly string[] },
  ) {
    const { among } = options ?? {};
    const rest = among && (among.length > FEW_NAMES ? `, and ${among.length - FEW_NAMES} more` : "");
    const hint =
      nearMatches.length > 0
        ? `. Did you mean ${orList(nearMatches)}?`
        : among === undefined
          ? ": check the spelling, or log in if it is not public."
          : among.length === 0
            ? ": there are none."
            : `. There are: ${among.slice(0, FEW_NAMES).join(", ")}${rest}.`;
    super(`There is no ${kind} ${JSON.stringify(wanted)} here${hint}`, options);
    this.kind = kind;
    this.wanted = wanted;
    this.nearMatches = nearMatches;
  }
}

/** The bytes are not a picture that the codecs read (an error page, a cut download, a format without a codec). */
export class UndecodableImageError extends TaggedError {
  readonly tag = "UndecodableImageError";
  /** Which picture: an image name, a file name. */
  readonly what: string;

  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`${what} cannot be decoded: ${reason}`, options);
    this.what = what;
  }
}

/**
 * The file is what it should be, as far as can be seen without decoding it, but of a kind that is not decoded here: TIFF
 * without `sharp`, BMP, lossless or 12-bit JPEG. The message says what helps.
 */
export class UnreadableFormatError extends UndecodableImageError {
  /** Nothing is known to be wrong with the file. */
  readonly isSound = true;
  /** What would read it: `sharp`, or nothing here. */
  readonly needs: "sharp" | undefined;

  constructor(what: string, reason: string, needs?: "sharp") {
    super(what, reason);
    this.needs = needs;
  }
}

/** This platform cannot write such a picture; the message says why, and what it can. */
export class EncodeError extends TaggedError {
  readonly tag = "EncodeError";
}

/** A step was taken before the one it needs (`mapSuperpixels` before `loadSuperpixels`). */
export class NotLoadedError extends TaggedError {
  readonly tag = "NotLoadedError";
  /** The call that has to come first. */
  readonly needs: string;

  constructor(what: string, needs: string) {
    super(`${what} needs ${needs} first.`);
    this.needs = needs;
  }
}

/** A user name was given, but no password, and there is nobody to ask. */
export class MissingPasswordError extends TaggedError {
  readonly tag = "MissingPasswordError";
  readonly username: string;

  constructor(username: string, ways: string) {
    super(`There is no password for ${JSON.stringify(username)}: ${ways}`);
    this.username = username;
  }
}

/** A criterion asks for a field that the server no longer has; `instead` says what took its place. */
export class RenamedFieldError extends TaggedError {
  readonly tag = "RenamedFieldError";
  readonly path: string;
  readonly instead: string;

  constructor(path: string, instead: string) {
    super(`The v2 API has no ${JSON.stringify(path)}; instead there are ${instead}.`);
    this.path = path;
    this.instead = instead;
  }
}

/** An argument is not what the call takes; a `TypeError` too. */
export class ArgumentError extends TypeError {
  readonly tag = "ArgumentError";
  override readonly name = "ArgumentError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    mark(this);
  }
}

/** Bytes are not of the format that they should be of: damaged, or something else. */
export class InvalidContentError extends TaggedError {
  readonly tag = "InvalidContentError";
  /** What they should be, such as `npz`. */
  readonly format: string;
  readonly reason: string;

  constructor(format: string, reason: string, options?: ErrorOptions) {
    super(`The bytes are no good ${format}: ${reason}.`, options);
    this.format = format;
    this.reason = reason;
  }
}

/** A CSV text or a metadata table is not what it should be. */
export class TableError extends TaggedError {
  readonly tag = "TableError";
}

/**
 * The target folder cannot be used: it is a file, may not be written, the disk is full, or it is not a download.
 * Nothing else was harmed; the message says what to do.
 */
export class DownloadTargetError extends TaggedError {
  readonly tag = "DownloadTargetError";
  readonly target: string;

  constructor(target: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.target = target;
  }
}

/** What came is not an image (an error page, an empty or cut body). It is never written under an image's name. */
export class NotAnImageError extends TaggedError {
  readonly tag = "NotAnImageError";
  readonly url: string;
  readonly contentType: string | undefined;
  /** Of what came, where all of it did. */
  readonly sha256: string | undefined;

  /** @param problem such as "it is a JPEG that is cut short" */
  constructor(url: string, contentType: string | undefined, problem: string, sha256?: string) {
    super(`Expected an image from ${url}, but ${problem}${contentType === undefined ? "" : ` (${contentType})`}.`);
    this.url = url;
    this.contentType = contentType;
    this.sha256 = sha256;
  }
}

/** No byte came for too long; the connection was given up. */
export class StalledError extends TaggedError {
  readonly tag = "StalledError";
  readonly url: string;

  constructor(url: string, seconds: number) {
    super(`Nothing came from ${url} for ${seconds} seconds.`);
    this.url = url;
  }
}

/** Nothing was heard of the server for many files in a row, so the download was stopped; what is there stays. */
export class NoAnswerError extends TaggedError {
  readonly tag = "NoAnswerError";
  readonly server: string;

  constructor(server: string, files: number) {
    super(
      `${server} gave no answer for ${files} files in a row. What is there stays: run the same download again when the server is back.`,
    );
    this.server = server;
  }
}

/** One thing that is wrong in a recipe. */
export interface RecipeMistake {
  /** `split.shares.train`; empty for the whole. */
  readonly path: string;
  readonly problem: string;
  /** Where it stands in the recipe's text, from 1. */
  readonly line?: number | undefined;
}

/** A recipe that cannot be meant: every mistake with its path. Nothing was fetched. */
export class RecipeError extends TaggedError {
  readonly tag = "RecipeError";
  readonly mistakes: readonly RecipeMistake[];

  constructor(mistakes: readonly RecipeMistake[], options?: ErrorOptions) {
    const sentences = mistakes.map(({ path, problem, line }) => {
      const end = problem.endsWith("?") ? "" : ".";
      return `${path === "" ? "The recipe" : path}: ${problem}${end}${line === undefined ? "" : ` (line ${line})`}`;
    });
    super(sentences.join("\n"), options);
    this.mistakes = mistakes;
  }
}

/** A data set cannot be made as its recipe says, or its folder is not as it was made. The message says what to do. */
export class DatasetError extends TaggedError {
  readonly tag = "DatasetError";
}

function orList(names: readonly string[]): string {
  const quoted = names.map((name) => JSON.stringify(name));
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** The classes of this package by their tags. */
export interface IsicErrors {
  UnsupportedByServerError: UnsupportedByServerError;
  NotFoundError: NotFoundError;
  EncodeError: EncodeError;
  UndecodableImageError: UndecodableImageError;
  NotLoadedError: NotLoadedError;
  MissingPasswordError: MissingPasswordError;
  RenamedFieldError: RenamedFieldError;
  ArgumentError: ArgumentError;
  InvalidContentError: InvalidContentError;
  TableError: TableError;
  DownloadTargetError: DownloadTargetError;
  NotAnImageError: NotAnImageError;
  StalledError: StalledError;
  NoAnswerError: NoAnswerError;
  ModuleLoadError: ModuleLoadError;
  ServiceWorkerError: ServiceWorkerError;
  RecipeError: RecipeError;
  DatasetError: DatasetError;
}

/** An error's type by its tag; tags of the other packages have the common fields. */
export type ErrorOfTag<Tag extends string> = Tag extends keyof IsicErrors
  ? IsicErrors[Tag]
  : IsicError & { readonly tag: Tag };

/**
 * Is this an error of these packages (any of them, any copy of them), and one of these classes if any are named?
 *
 * @example
 * ```ts
 * import { isIsicError, NotFoundError } from "isic";
 *
 * const error: unknown = new NotFoundError("image", "ISIC_000000", ["ISIC_0000000"]);
 * if (isIsicError(error, "NotFoundError")) console.log(error.nearMatches); // [ "ISIC_0000000" ]
 * ```
 */
export function isIsicError<Tag extends string = string>(
  error: unknown,
  ...tags: readonly Tag[]
): error is string extends Tag ? IsicError : ErrorOfTag<Tag> {
  if (typeof error !== "object" || error === null || !(Symbol.for(BRAND) in error)) return false;
  const { tag } = error as { tag?: unknown };
  return typeof tag === "string" && (tags.length === 0 || (tags as readonly string[]).includes(tag));
}
