import { checkOptions } from "../schema/options.ts";
import { type Schema, validate } from "../schema/validate.ts";
import { type Bytes, contentTypeOf, wholeBody } from "./body.ts";
import { Cancellation } from "./cancellation.ts";
import type { Dialect } from "./error-answer.ts";
import { AuthError, isApiError } from "./errors.ts";
import { parseJson } from "./json.ts";
import { type Limiter, limiterPerHost } from "./limiter.ts";
import { LIMITS, type Limits } from "./limits.ts";
import type { CallOptions, ClientOptions, Warning } from "./options.ts";
import { type Plan, send, type Wire } from "./request.ts";
import { LONGEST_TIMER_MS, RETRY, RetryBudget, type RetryRules } from "./retry-budget.ts";
import { checkBaseUrl, type Query, urlOf } from "./urls.ts";
import { userAgent } from "./user-agent.ts";

/** Who the caller is, for requests to the API's own origin. */
export interface Session {
  /** The headers that prove it; undefined for a guest. */
  headers(options: CallOptions): Promise<Readonly<Record<string, string>> | undefined>;
  /** The server refused these headers: were they renewed, are they dead, or is the right missing? */
  refused(options: CallOptions): Promise<"renewed" | "dead" | "alive">;
}

/** One call of the API. */
export interface Call extends CallOptions {
  /** @default "GET" */
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** Below the base URL, each segment encoded. Or a whole URL that the server gave (`next`). */
  readonly path: string | URL;
  readonly query?: Query | undefined;
  /** Sent as JSON, or as it is when a string or bytes with `contentType`. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Never prove who the caller is (the login itself, and files elsewhere). */
  readonly anonymous?: boolean;
  /** May be repeated although it is a POST. */
  readonly idempotent?: boolean;
  /** Sent as `Accept`. */
  readonly accept?: string;
  /** The answer is a list, of which `readRecords` looks at each record on its own. */
  readonly isList?: boolean;
}

/** A success answer whose body is still to be read. Close it in the end. */
export interface Opened {
  readonly response: Response;
  /** Where it came from, after redirects. */
  readonly url: string;
  /** Ends the request and the reading of its body. */
  readonly exchange: Cancellation;
  readonly close: () => void;
}

/** What the endpoint functions of both APIs stand on. */
export interface Transport {
  readonly baseUrl: URL;
  readonly stallMs: number;
  readonly retry: RetryRules;
  readonly limits: Required<Limits>;
  readonly allowHttp: readonly string[];
  readonly proxy: ((url: URL) => URL | string) | undefined;
  json<T>(call: Call, schema: Schema<T>): Promise<T>;
  text(call: Call): Promise<string>;
  /** The whole body, read by the caller's function inside the attempt: what it throws may be retried. */
  read<T>(call: Call, read: (body: Bytes, response: Response) => T): Promise<T>;
  /** For answers without a body. */
  send(call: Call): Promise<void>;
  /** Headers only; the body belongs to the caller, and so does what is left of the budget. */
  open(call: Call, cancellation: Cancellation, budget: RetryBudget): Promise<Opened>;
  /** Are records of lists that cannot be used left out, with a warning? */
  readonly leavesOut: boolean;
  /** As `json`, piece by piece: each record of a list is validated on its own. */
  check<T>(schema: Schema<T>, value: unknown, path: string, endpoint: string): T;
  warn(warning: Warning): void;
}

/** The label of a call in errors and logs: no query, no secrets. */
export function endpointOf(base: URL, call: Call): string {
  const method = call.method ?? "GET";
  if (typeof call.path === "string") return `${method} ${call.path}`;
  const below = call.path.origin === base.origin && call.path.pathname.startsWith(base.pathname);
  return `${method} ${below ? call.path.pathname.slice(base.pathname.length) : call.path.origin + call.path.pathname}`;
}

type TransportOptions = ClientOptions & { readonly baseUrl: string | URL };

/** The transport of a guest. */
export function createTransport(options: TransportOptions, dialect: Dialect): Transport {
  return transports(options, dialect)(undefined);
}

/**
 * The transport of an account. Its session is made over a guest's transport, because a login and its checks go out
 * without one; both share their limits and their counting.
 */
export function withSession<S extends Session>(
  options: TransportOptions,
  dialect: Dialect,
  makeSession: (bare: Transport) => S,
): { readonly transport: Transport; readonly session: S } {
  const over = transports(options, dialect);
  const session = makeSession(over(undefined));
  return { transport: over(session), session };
}

/** The names of the options that both clients take. */
const CLIENT_OPTIONS = [
  "baseUrl",
  "fetch",
  "timeouts",
  "retry",
  "limits",
  "concurrency",
  "onRequest",
  "onResponse",
  "onWarning",
  "validation",
  "requireLogin",
  "proxy",
  "allowHttp",
];

/** @throws TypeError for an option that there is not. */
export function checkClientOptions(what: string, options: ClientOptions, own: readonly string[]): void {
  checkOptions(what, options, [...CLIENT_OPTIONS, ...own]);
  checkOptions(`${what}: retry`, options.retry, Object.keys(RETRY));
  checkOptions(`${what}: limits`, options.limits, Object.keys(LIMITS));
  checkOptions(`${what}: timeouts`, options.timeouts, ["responseMs", "stallMs"]);
}

function transports(options: TransportOptions, dialect: Dialect): (session: Session | undefined) => Transport {
  const allowHttp = options.allowHttp ?? [];
  const baseUrl = checkBaseUrl(options.baseUrl, allowHttp);
  const limiterOf = limiterPerHost(positive("concurrency", options.concurrency ?? 8));
  const wire: Wire = {
    fetch: options.fetch ?? ((request) => fetch(request)),
    responseMs: duration("timeouts.responseMs", options.timeouts?.responseMs ?? 60_000),
    stallMs: duration("timeouts.stallMs", options.timeouts?.stallMs ?? 30_000),
    allowHttp,
    onRequest: options.onRequest,
    onResponse: options.onResponse,
    dialect,
    count: 0,
    readable: new Set(),
  };
  return (session) => transportOver(opener(wire, baseUrl, limiterOf, session), wire, baseUrl, options);
}

function limitsOf(options: ClientOptions): Required<Limits> {
  const limits = { ...LIMITS, ...options.limits };
  for (const [name, value] of Object.entries(limits)) positive(`limits.${name}`, value);
  return limits;
}

function retryOf({ retry }: ClientOptions): RetryRules {
  const rules = { ...RETRY, ...retry };
  for (const [name, value] of Object.entries(rules)) {
    if (!(value >= 0)) throw new RangeError(`retry.${name}: expected a number from 0, got ${value}.`);
  }
  return rules;
}

function transportOver(open: Transport["open"], wire: Wire, baseUrl: URL, options: ClientOptions): Transport {
  const retry = retryOf(options);
  const limits = limitsOf(options);
  const warn = (warning: Warning): void => options.onWarning?.(warning);
  const onInvalid = options.validation === "warn" ? warn : undefined;

  /** Asks until the whole body is read: a broken one is only seen here, after ky is done. */
  async function whole<T>(
    call: Call,
    read: (body: Bytes, response: Response, exchange: Cancellation) => T,
  ): Promise<T> {
    const cancellation = new Cancellation({ endpoint: endpointOf(baseUrl, call) }, call.signal);
    const budget = new RetryBudget(retry);
    try {
      for (;;) {
        const { response, exchange, close } = await open(call, cancellation, budget);
        try {
          const withoutBody = call.method === "HEAD";
          const time = { stallMs: wire.stallMs, budgetMs: budget.msLeft, limitMs: retry.budgetMs };
          const body = withoutBody ? new Uint8Array() : await wholeBody(response, exchange, time, limits.answerBytes);
          return read(body, response, exchange);
        } catch (error) {
          close();
          if (!isIdempotent(call)) throw error;
          await budget.waitAfter(error, cancellation);
        } finally {
          close();
        }
      }
    } finally {
      cancellation.close();
    }
  }

  const check: Transport["check"] = (schema, value, path, endpoint) =>
    validate(schema, value, path, { endpoint }, onInvalid);
  return {
    baseUrl,
    stallMs: wire.stallMs,
    retry,
    limits,
    allowHttp: wire.allowHttp,
    proxy: options.proxy,
    warn,
    leavesOut: options.validation === "leave out",
    check,
    async json(call, schema) {
      const value = await whole({ accept: "application/json", ...call }, (body, response, { where }) =>
        parseJson(body, contentTypeOf(response), limits, where, call.isList === true),
      );
      return check(schema, value, "", endpointOf(baseUrl, call));
    },
    read: whole,
    text: (call) => whole({ accept: "*/*", ...call }, (body) => new TextDecoder().decode(body)),
    send: (call) => whole({ accept: "application/json", ...call }, () => undefined),
    open,
  };
}

/** From a call to an answer: limits, credentials, and once more when these were renewed meanwhile. */
function opener(
  wire: Wire,
  baseUrl: URL,
  limiterOf: (host: string) => Limiter,
  account: Session | undefined,
): Transport["open"] {
  return async (call, cancellation, budget) => {
    cancellation.throwIfCancelled();
    const url = typeof call.path === "string" ? urlOf(baseUrl, call.path, call.query) : call.path;
    const session = call.anonymous || url.origin !== baseUrl.origin ? undefined : account;
    const plan = { url: url.href, method: call.method ?? "GET", body: bodyOf(call), idempotent: isIdempotent(call) };
    const limiter = limiterOf(url.host);
    for (let renewed = false; ; renewed = true) {
      const proof = session && (await cancellation.race(session.headers({ signal: cancellation.signal })));
      try {
        return await sent(wire, { ...plan, headers: { ...headersOf(call), ...proof } }, limiter, budget, cancellation);
      } catch (error) {
        const verdict = proof === undefined ? undefined : await verdictOn(error, session, call);
        if (verdict === "renewed" && !renewed) continue;
        if (verdict === undefined || !isApiError(error, "AuthError")) throw error;
        const { endpoint, status, serverMessage } = error;
        const where = { endpoint, serverMessage, ...(status === undefined ? {} : { status }) };
        throw new AuthError(verdict === "dead" ? "expired" : "forbidden", where, { cause: error });
      }
    }
  };
}

async function sent(
  wire: Wire,
  plan: Plan,
  limiter: Limiter,
  budget: RetryBudget,
  cancellation: Cancellation,
): Promise<Opened> {
  const exchange = cancellation.child();
  try {
    const { response, url, release } = await send(wire, plan, limiter, budget, exchange);
    const close = (): void => {
      exchange.close();
      release();
    };
    return { response, url, exchange, close };
  } catch (error) {
    exchange.close();
    throw error;
  }
}

function isIdempotent({ method, idempotent }: Call): boolean {
  return method !== "POST" || idempotent === true;
}

/** What a refusal means, when headers had been sent. */
async function verdictOn(error: unknown, session: Session | undefined, call: Call) {
  if (session === undefined || !isApiError(error, "AuthError") || error.status !== 401) return undefined;
  return await session.refused(call);
}

function headersOf(call: Call): Record<string, string> {
  const headers: Record<string, string> = { accept: call.accept ?? "*/*", ...userAgent(), ...call.headers };
  if (call.body !== undefined) headers["content-type"] = call.contentType ?? "application/json";
  return headers;
}

function bodyOf(call: Call): string | Bytes | undefined {
  if (call.body === undefined) return undefined;
  return call.contentType === undefined ? JSON.stringify(call.body) : (call.body as string | Bytes);
}

function positive(name: string, value: number): number {
  if (!(value > 0)) throw new RangeError(`${name}: expected a number above 0, got ${value}.`);
  return value;
}

function duration(name: string, ms: number): number {
  return Math.min(positive(name, ms), LONGEST_TIMER_MS);
}
