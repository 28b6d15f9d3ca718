import { beginningOf, contentTypeOf } from "./body.ts";
import type { Cancellation } from "./cancellation.ts";
import type { ApiError, Refusal } from "./errors.ts";
import { isDeeper } from "./json-excess.ts";
import { LIMITS } from "./limits.ts";
import { withoutSecrets } from "./masking.ts";

/** How an API words its refusals: one of these per server family makes the typed error. */
export type Dialect = (refusal: Refusal, loggedIn: boolean) => ApiError;

const ERROR_BODY_LIMIT = 65_536;
const MESSAGE_LIMIT = 500;

/** Reads an error answer. Its body is never data: it only gives the message, without the secrets that were sent. */
export async function readErrorAnswer(
  response: Response,
  exchange: Cancellation,
  stallMs: number,
  secrets: readonly string[],
): Promise<Refusal> {
  const text = withoutSecrets(await beginningOf(response, exchange, stallMs, ERROR_BODY_LIMIT), secrets);
  const body = parsed(text);
  return {
    endpoint: exchange.where.endpoint,
    status: response.status,
    serverMessage: (body === undefined ? fromPage(text, contentTypeOf(response)) : fromJson(body)).slice(
      0,
      MESSAGE_LIMIT,
    ),
    retryAfterMs: retryAfter(response.headers),
    body,
  };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isDeeper(value, LIMITS.depth) ? undefined : value;
  } catch {
    return undefined; // HTML travels as application/json on the v1 server
  }
}

/** The v1 server says `message`, v2 says `detail`, `message` or `error`; lists occur in each. */
function fromJson(body: unknown): string {
  if (typeof body === "string") return body;
  if (typeof body !== "object" || body === null) return "";
  const { message, detail, error, errors } = body as Record<string, unknown>;
  const said = [message, detail, error].find((each) => each !== undefined && each !== null);
  return [said, errors].map(inWords).filter(Boolean).join("; ");
}

function inWords(said: unknown): string {
  if (typeof said === "string") return said;
  if (Array.isArray(said)) return said.map(inWords).filter(Boolean).join("; ");
  if (typeof said !== "object" || said === null) return "";
  const { loc, field, msg, message, description } = said as Record<string, unknown>;
  const at = Array.isArray(loc) ? loc.join(".") : typeof field === "string" ? field : "";
  const what = [msg, message, description].find((each) => typeof each === "string") ?? "";
  return at === "" ? String(what) : `${at}: ${what}`;
}

/** The gist of an error page: its title or headings and paragraphs, without markup. */
function fromPage(text: string, contentType: string): string {
  if (!/<[a-z!?]/i.test(text)) return contentType.startsWith("text/") ? text.trim() : "";
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  if (title !== undefined) return title.trim();
  return [...text.matchAll(/<(h[1-3]|p|Code|Message)>([^<]*)</g)].map((match) => match[2]?.trim()).join(" ");
}

/** `Retry-After` as seconds or as a date. A malformed one says nothing. */
export function retryAfter(headers: Headers, now: number = Date.now()): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
