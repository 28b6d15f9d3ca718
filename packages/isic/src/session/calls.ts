import { isIsicError } from "../errors.ts";

/** Where a part of an image came from this time. */
export type Origin = "network" | "cache" | "computed";

/** What a long call says now and then. `total` is absent while nobody knows it. */
export interface Progress {
  readonly done: number;
  readonly total: number | undefined;
  readonly bytes?: number | undefined;
}

/** What everything that waits takes. */
export interface CallOptions {
  /** Stops the call; it then rejects with an abort error. */
  readonly signal?: AbortSignal | undefined;
}

/** The names of those options. */
export const CALL: readonly string[] = ["signal"];

export interface LongCallOptions extends CallOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The names of those options. */
export const LONG_CALL: readonly string[] = [...CALL, "onProgress"];

/** Did nobody answer (as opposed to: the answer was no)? Then what was kept is as good as it gets. */
export function isUnreachable(error: unknown): boolean {
  return isIsicError(error, "NetworkError", "TimeoutError");
}

/**
 * The server's answer to a question whose answers are not kept: where nobody answers, the error says so first.
 *
 * @param what what is not kept, as the first words of a sentence: `The thumbnail of ISIC_0000000`
 */
export async function unkept<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw sayingUnkept(what, error);
  }
}

const UNKEPT = " is not kept, and nobody answers. ";

/** The same error; where nobody answered, its message begins with what is not kept. */
export function sayingUnkept(what: string, error: unknown): unknown {
  if (isUnreachable(error) && error instanceof Error && !error.message.includes(UNKEPT))
    error.message = what + UNKEPT + error.message;
  return error;
}
