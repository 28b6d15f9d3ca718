import { discard } from "./body.ts";
import type { Cancellation } from "./cancellation.ts";
import { type ApiError, CorsError, isApiError, NetworkError, type NetworkProblem } from "./errors.ts";
import type { Fetch } from "./options.ts";

/** What is asked again, and which origins have let this page read an answer. */
interface Network {
  readonly fetch: Fetch;
  readonly readable: ReadonlySet<string>;
}

/** Error codes of Node, OpenSSL and undici, and what they mean. All but "name-server" and "interrupted" stay. */
const CODES: readonly (readonly [RegExp, NetworkProblem])[] = [
  [
    /^(ERR_TLS_CERT|CERT_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET|DECRYPT|DECODE))/,
    "certificate",
  ],
  [/^ENOTFOUND$/, "unknown-host"],
  [/^EAI_/, "name-server"],
  [/^ECONNREFUSED$/, "refused"],
  [/^(HPE_|ERR_SSL_(WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST|UNSUPPORTED|NO_PROTOCOLS|\w*ALERT))/, "protocol"],
];

/** What a rejected `fetch` means. Errors of the caller's own handler that are not about the network pass as they are. */
export async function networkFailure(
  network: Network,
  request: Request,
  error: unknown,
  exchange: Cancellation,
  mayBeCors: boolean,
): Promise<ApiError> {
  if (isApiError(error)) return error;
  const { where } = exchange;
  const { host, origin } = new URL(request.url);
  const [problem, detail] = problemOf(error);
  if (problem === "interrupted" && mayBeCors && (await isBlockedByCors(network, request))) {
    return new CorsError(origin, where, { cause: error });
  }
  return new NetworkError(sentence(problem, host, detail), where, { cause: error }, problem);
}

function problemOf(error: unknown): readonly [NetworkProblem, string] {
  for (let at = error, depth = 0; typeof at === "object" && at !== null && depth < 8; depth += 1) {
    const {
      code,
      message = "",
      cause,
      errors,
    } = at as {
      code?: unknown;
      message?: string;
      cause?: unknown;
      errors?: readonly unknown[];
    };
    // A proxy answers a CONNECT with a status of its own; undici has no code for that. A 5xx may pass.
    if (/^Proxy response \([1-4]\d\d\)|^Invalid proxy address/.test(message)) return ["proxy", message];
    if (message === "bad port") return ["refused", "the platform allows no requests to this port"];
    if (code === "EPROTO" && /wrong version number|packet length too long|http request/.test(message)) {
      return ["protocol", message];
    }
    const known = typeof code === "string" ? CODES.find(([pattern]) => pattern.test(code)) : undefined;
    if (known !== undefined) return [known[1], message];
    at = cause ?? errors?.[0];
  }
  return ["interrupted", ""];
}

function sentence(problem: NetworkProblem, host: string, detail: string): string {
  switch (problem) {
    case "certificate":
      return `the certificate of ${host} is not accepted (${detail}). If it is your institution's own, name the file of its authority in NODE_EXTRA_CA_CERTS`;
    case "unknown-host":
      return `there is no host ${host}. Check the name in the address`;
    case "name-server":
      return `the name ${host} cannot be looked up. Check the connection and the name`;
    case "refused":
      return `${host} refuses connections (${detail}). Check the port, that the server runs, and HTTPS_PROXY where there is one`;
    case "protocol":
      return `${host} does not speak the protocol of the address. Check whether it is https or http, and the port`;
    case "proxy":
      return `the proxy lets nothing through to ${host} (${detail}). Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY`;
    case "interrupted":
      return `no answer from ${host}`;
  }
}

/**
 * A page learns only "TypeError". If the origin is another one, never let us read anything, and yet answers a
 * request whose answer nobody may read, then it is CORS. Asked from the second failure on: the first may be an accident.
 */
async function isBlockedByCors(network: Network, request: Request): Promise<boolean> {
  const { origin } = new URL(request.url);
  const page = (globalThis as { readonly location?: { readonly origin?: string } }).location?.origin;
  if (page === undefined || page === "null" || page === origin || network.readable.has(origin)) return false;
  try {
    const probe = new Request(request.url, {
      method: "HEAD",
      mode: "no-cors",
      credentials: "omit",
      signal: request.signal,
    });
    discard(await network.fetch(probe));
    return true;
  } catch {
    return false;
  }
}
