/** A request about to be sent. */
export interface RequestEvent {
  /** The same for the request and its answer; counts up within a client. */
  readonly id: number;
  readonly method: string;
  /** The URL; secret parameters read `***`. */
  readonly url: string;
  /** The headers this client set; secret ones read `***`. */
  readonly headers: Readonly<Record<string, string>>;
  /** 0 for the first attempt. */
  readonly attempt: number;
}

/** An answer's headers, or the failure to get any. */
export interface ResponseEvent extends RequestEvent {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly durationMs: number;
  /** The failure's message, when there was no answer. */
  readonly error?: string;
}

const MASK = "***";
/** Headers that prove who the caller is: they never go to another origin. */
export const SECRET_HEADERS: readonly string[] = [
  "authorization",
  "girder-token",
  "girder-authorization",
  "girder-otp",
];
const MASKED_HEADERS: readonly string[] = [...SECRET_HEADERS, "cookie", "set-cookie", "x-csrftoken"];
const SECRET_PARAMETERS = /^(token|zsid|signature|policy|key-pair-id|code|password|otp|.*_token|.*secret|x-amz-.*)$/i;

/** A URL that may be logged: user info and secret parameters are masked. */
export function maskedUrl(url: string | URL): string {
  const masked = new URL(url);
  if (masked.username !== "") masked.username = MASK;
  if (masked.password !== "") masked.password = MASK;
  for (const name of new Set(masked.searchParams.keys())) {
    if (SECRET_PARAMETERS.test(name)) masked.searchParams.set(name, MASK);
  }
  return masked.href;
}

/** Headers that may be logged. */
export function maskedHeaders(headers: Headers): Record<string, string> {
  const masked: Record<string, string> = {};
  headers.forEach((value, name) => {
    masked[name] = MASKED_HEADERS.includes(name) ? MASK : name === "location" ? maskedLocation(value) : value;
  });
  return masked;
}

/** A Location may be relative, or no address at all; its query can hold a signature or a code, and it may name a user. */
function maskedLocation(location: string): string {
  return location.replace(/[?#].*$/s, `?${MASK}`).replace(/^([^/]*\/\/)[^/]*@/, `$1${MASK}@`);
}
