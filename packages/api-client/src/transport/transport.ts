import { type Schema, validate } from "../schema/validate.ts";
import { type Bytes, contentTypeOf, wholeBody } from "./body.ts";
import type { Dialect } from "./error-answer.ts";
import { AuthError, ContentError, isApiError } from "./errors.ts";
import { exchange, type Wire } from "./exchange.ts";
import { type Limiter, limiterPerHost, type Release } from "./limiter.ts";
import type { CallOptions, ClientOptions, Warning } from "./options.ts";
import { type MakeRequest, Patience, RETRY, type RetryRules, withRetries } from "./retry.ts";
import { Scope, Try } from "./scope.ts";
import { checkBaseUrl, type Query, urlOf } from "./urls.ts";

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
}

/** A success answer whose body is still to be read. Close it in the end. */
export interface Opened {
  readonly response: Response;
  /** Where it came from, after redirects. */
  readonly url: string;
  readonly attempt: Try;
  readonly close: () => void;
}

/** What the endpoint functions of both APIs stand on. */
export interface Transport {
  readonly baseUrl: URL;
  readonly stallMs: number;
  readonly retry: RetryRules;
  readonly allowHttp: readonly string[];
  readonly proxy: ((url: URL) => URL | string) | undefined;
  json<T>(call: Call, schema: Schema<T>): Promise<T>;
  text(call: Call): Promise<string>;
  /** The whole body, read by the caller's function inside the attempt: what it throws may be retried. */
  read<T>(call: Call, read: (body: Bytes, response: Response) => T): Promise<T>;
  /** For answers without a body. */
  send(call: Call): Promise<void>;
  /** Headers only; the body belongs to the caller, and so do the scope and its patience. */
  open(call: Call, scope: Scope, patience: Patience): Promise<Opened>;
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

function transports(options: TransportOptions, dialect: Dialect): (session: Session | undefined) => Transport {
  const allowHttp = options.allowHttp ?? [];
  const baseUrl = checkBaseUrl(options.baseUrl, allowHttp);
  const limiterOf = limiterPerHost(positive("concurrency", options.concurrency ?? 8));
  const wire: Wire = {
    fetch: options.fetch ?? ((request) => fetch(request)),
    responseMs: positive("timeouts.responseMs", options.timeouts?.responseMs ?? 60_000),
    stallMs: positive("timeouts.stallMs", options.timeouts?.stallMs ?? 30_000),
    allowHttp,
    onRequest: options.onRequest,
    onResponse: options.onResponse,
    dialect,
    count: 0,
    readable: new Set(),
  };
  return (session) => transportOver(new Line(wire, baseUrl, limiterOf, session), wire, baseUrl, options);
}

function transportOver(line: Line, wire: Wire, baseUrl: URL, options: ClientOptions): Transport {
  const retry: RetryRules = { ...RETRY, ...options.retry };
  const warn = (warning: Warning): void => options.onWarning?.(warning);
  const onInvalid = options.validation === "warn" ? warn : undefined;

  /** Reads the body inside the attempt, so that a broken one is asked for again. */
  async function whole<T>(call: Call, read: (body: Bytes, response: Response, attempt: Try) => T): Promise<T> {
    const scope = new Scope({ endpoint: endpointOf(baseUrl, call) }, call.signal);
    try {
      return await line.tries(call, scope, new Patience(retry, scope), async ({ response, attempt, close }) => {
        try {
          const body = call.method === "HEAD" ? new Uint8Array() : await wholeBody(response, attempt, wire.stallMs);
          return read(body, response, attempt);
        } finally {
          close();
        }
      });
    } finally {
      scope.close();
    }
  }

  const check: Transport["check"] = (schema, value, path, endpoint) =>
    validate(schema, value, path, { endpoint }, onInvalid);
  return {
    baseUrl,
    stallMs: wire.stallMs,
    retry,
    allowHttp: wire.allowHttp,
    proxy: options.proxy,
    warn,
    check,
    async json(call, schema) {
      const value = await whole({ accept: "application/json", ...call }, parseJson);
      return check(schema, value, "", endpointOf(baseUrl, call));
    },
    read: whole,
    text: (call) => whole({ accept: "*/*", ...call }, (body) => new TextDecoder().decode(body)),
    send: (call) => whole({ accept: "application/json", ...call }, () => undefined),
    open: (call, scope, patience) => line.tries(call, scope, patience, async (opened) => opened),
  };
}

/** From a call to an answer: limits, credentials, retries. */
class Line {
  readonly #wire: Wire;
  readonly #baseUrl: URL;
  readonly #limiterOf: (host: string) => Limiter;
  readonly #session: Session | undefined;

  constructor(wire: Wire, baseUrl: URL, limiterOf: (host: string) => Limiter, session: Session | undefined) {
    this.#wire = wire;
    this.#baseUrl = baseUrl;
    this.#limiterOf = limiterOf;
    this.#session = session;
  }

  async tries<T>(call: Call, scope: Scope, patience: Patience, use: (opened: Opened) => Promise<T>): Promise<T> {
    scope.check();
    const url = typeof call.path === "string" ? urlOf(this.#baseUrl, call.path, call.query) : call.path;
    const session = call.anonymous || url.origin !== this.#baseUrl.origin ? undefined : this.#session;
    const method = call.method ?? "GET";
    const plan = {
      url: url.href,
      method,
      headers: headersOf(call),
      body: bodyOf(call),
      idempotent: method !== "POST" || call.idempotent === true,
    };
    let proved = false;
    const attempt = async (make: MakeRequest, number: number) => {
      const proof = session && (await scope.race(session.headers({ signal: scope.signal })));
      proved = proof !== undefined;
      return await this.#attempt((signal) => make(signal, proof), number, url.host, scope, use);
    };
    try {
      return await withRetries(plan, patience, attempt);
    } catch (error) {
      const verdict = proved ? await verdictOn(error, session, call) : undefined;
      if (verdict === "renewed") return await withRetries(plan, patience, attempt);
      if (verdict === undefined || !isApiError(error, "AuthError")) throw error;
      const { endpoint, status, serverMessage } = error;
      const reason = verdict === "dead" ? "expired" : "forbidden";
      throw new AuthError(
        reason,
        { endpoint, serverMessage, ...(status === undefined ? {} : { status }) },
        { cause: error },
      );
    }
  }

  async #attempt<T>(
    make: (signal: AbortSignal) => Request,
    number: number,
    host: string,
    scope: Scope,
    use: (opened: Opened) => Promise<T>,
  ): Promise<T> {
    const release: Release = await this.#limiterOf(host).acquire();
    const attempt = new Try(scope);
    const close = () => {
      attempt.close();
      release();
    };
    try {
      scope.check();
      const answer = await exchange(this.#wire, make(attempt.signal), attempt, number);
      return await use({ ...answer, attempt, close });
    } catch (error) {
      close();
      throw error;
    }
  }
}

/** What a refusal means, when headers had been sent. */
async function verdictOn(error: unknown, session: Session | undefined, call: Call) {
  if (session === undefined || !isApiError(error, "AuthError") || error.status !== 401) return undefined;
  return await session.refused(call);
}

function headersOf(call: Call): Record<string, string> {
  const headers: Record<string, string> = { accept: call.accept ?? "*/*", ...call.headers };
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

function parseJson(body: Bytes, response: Response, attempt: Try): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const contentType = contentTypeOf(response);
    const { where } = attempt.scope;
    if (/^\s*</.test(text)) {
      throw new ContentError("kind", "a page of HTML came where JSON is due", contentType, where, { cause });
    }
    throw new ContentError("json", `the JSON is broken or cut off after ${body.length} bytes`, contentType, where, {
      cause,
    });
  }
}
