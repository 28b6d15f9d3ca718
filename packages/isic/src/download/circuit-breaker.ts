import { NoAnswerError } from "../errors.ts";

const TAGS: ReadonlySet<unknown> = new Set(["NetworkError", "TimeoutError", "StalledError"]);
const CODES = /^(ECONN|ETIMEDOUT|EHOST|ENET|EAI_|ENOTFOUND|UND_ERR)/;

/**
 * Notices that a server has gone: one file without an answer is that file's business, but many in a row are not, and
 * each of thousands more would be waited for as long.
 */
export class CircuitBreaker {
  readonly #most: number;
  readonly #server: string;
  #silent = 0;

  /** @param most that many files in a row may get no answer */
  constructor(most: number, server: string | undefined) {
    this.#most = most;
    this.#server = server ?? "The server";
  }

  /** A file came, or why it did not; what has nothing to do with the server changes nothing. */
  note(error?: unknown): void {
    if (error === undefined || isAnswer(error)) this.#silent = 0;
    else if (isSilence(error)) this.#silent += 1;
  }

  /** @throws NoAnswerError when there is no point in asking for more */
  check(): void {
    if (this.#silent >= this.#most) throw new NoAnswerError(this.#server, this.#silent);
  }
}

function isAnswer(error: unknown): boolean {
  const { status, tag } = Object(error) as { status?: unknown; tag?: unknown };
  return typeof status === "number" || tag === "NotAnImageError" || tag === "ContentError";
}

function isSilence(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { tag, code, cause } = error as { tag?: unknown; code?: unknown; cause?: unknown };
  return TAGS.has(tag) || CODES.test(String(code)) || isSilence(cause);
}
