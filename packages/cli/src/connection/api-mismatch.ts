import { isIsicError, openClient } from "isic/node";
import type { GlobalOptions } from "../commands/options.ts";
import { CommandError } from "../output/failure.ts";
import type { Terminal } from "../output/terminal.ts";
import { httpOptions, serverOf } from "./server.ts";

type Family = "v1" | "v2";

/**
 * A server without the API that it is asked for says "not found" to everything, which sounds like a typing error.
 *
 * @returns the error that says so, where that is the case, else the error as it is
 */
export async function explainApiMismatch(
  error: unknown,
  options: GlobalOptions,
  { signal }: Terminal,
): Promise<unknown> {
  const { server, api = "v2" } = options;
  if (server === undefined || !isNotFound(error)) return error;
  const isMissing = (await askForList(options, api, signal)) === "missing";
  if (!isMissing || (await askForList(options, api === "v1" ? "v2" : "v1", signal)) !== "there") return error;
  const speaks = api === "v1" ? "v2: leave out --api v1" : "v1: add --api v1";
  return new CommandError(`${new URL(server).host} speaks ${speaks}.`, 2, { cause: error });
}

function isNotFound(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (isIsicError(each, "NotFoundError") || isIsicError(each, "HttpNotFoundError")) return true;
  }
  return false;
}

/** Asks for the list of images, which every server has for everybody. */
async function askForList(
  options: GlobalOptions,
  family: Family,
  signal: AbortSignal,
): Promise<"there" | "missing" | "unknown"> {
  try {
    const connected = await openClient({
      family,
      baseUrl: serverOf(options),
      signal,
      retry: { limit: 0 },
      onWarning: () => undefined,
      ...httpOptions(options),
    });
    const list =
      connected.family === "v1"
        ? connected.client.images.list({ detail: false, pageSize: 2, signal })
        : connected.client.images.list({ signal });
    for await (const _page of list.pages()) break;
    return "there";
  } catch (error) {
    if (!isIsicError(error)) throw error;
    return error.tag === "HttpNotFoundError" ? "missing" : "unknown";
  }
}
