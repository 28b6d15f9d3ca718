import { checkOptions } from "@isic/select";
import { type Random, random } from "../world/random.ts";

/** Ways to go wrong. */
export type FaultKind =
  /** Too many requests, without and with a `Retry-After`. */
  | "429"
  | "429-retry-after"
  /** The server's and the router's pages. */
  | "500"
  | "502"
  | "503"
  | "504"
  /** The connection is lost before any answer. */
  | "dropped"
  /** ... or in the middle of the body. */
  | "reset"
  /** The body stops arriving but the connection stays. */
  | "stall"
  /** JSON that ends too early, in an answer that is whole otherwise; other answers are `reset`. */
  | "truncated"
  /** A web page with status 200 where data are due. */
  | "html"
  /** More bytes are promised than come. */
  | "wrong-length"
  /** No answer for a long while, then the router's 503. */
  | "slow";

/** All of them. */
export const faultKinds: readonly FaultKind[] = [
  "429",
  "429-retry-after",
  "500",
  "502",
  "503",
  "504",
  "dropped",
  "reset",
  "stall",
  "truncated",
  "html",
  "wrong-length",
  "slow",
];

/** Which requests fail, and how. */
export interface FaultPlan {
  /** Share of requests that fail, 0 to 1. */
  readonly rate: number;
  /** Default: every kind. */
  readonly kinds?: readonly FaultKind[];
  /** Same seed, same sequence of faults; default `"faults"`. */
  readonly seed?: string;
  /** Only requests for which this holds may fail. */
  readonly only?: (request: Request) => boolean;
  /** What `Retry-After` says; default 1. */
  readonly retryAfterSeconds?: number;
  /** How long `slow` waits before its 503; default 31 000. */
  readonly slowMs?: number;
}

/** Which of the next requests fail, and how many. */
export interface NextFault {
  /** Default 1. */
  readonly times?: number;
  /** Only requests for which this holds; default: all. */
  readonly only?: (request: Request) => boolean;
}

interface Planned {
  readonly kind: FaultKind;
  readonly only: (request: Request) => boolean;
  left: number;
}

/** Decides request by request, and spoils the answers. */
export class Faults {
  #plan: FaultPlan | undefined;
  #dice: Random;
  #planned: Planned[] = [];
  /** How often each kind happened. */
  readonly happened: Map<FaultKind, number> = new Map();

  constructor(plan: FaultPlan | undefined) {
    this.#dice = random("faults");
    this.use(plan);
  }

  /** Replaces the plan; `undefined` ends all faults. */
  use(plan: FaultPlan | undefined): void {
    if (plan !== undefined) checkPlan(plan);
    this.#plan = plan;
    this.#dice = random(plan?.seed ?? "faults");
    this.#planned = [];
  }

  /** Plans a fault for the next requests that fit. */
  next(kind: FaultKind, options: NextFault): void {
    checkOptions("failNext", options, ["times", "only"]);
    checkKind("failNext", kind);
    const { times = 1, only = () => true } = options;
    this.#planned.push({ kind, only, left: times });
  }

  /** The fault that this request meets, if any. */
  choose(request: Request): FaultKind | undefined {
    const planned = this.#planned.find((candidate) => candidate.only(request));
    if (planned !== undefined) planned.left--;
    this.#planned = this.#planned.filter((candidate) => candidate.left > 0);
    const kind = planned?.kind ?? this.#roll(request);
    if (kind !== undefined) this.happened.set(kind, (this.happened.get(kind) ?? 0) + 1);
    return kind;
  }

  #roll(request: Request): FaultKind | undefined {
    const plan = this.#plan;
    if (plan === undefined || plan.only?.(request) === false || !this.#dice.chance(plan.rate)) return undefined;
    return this.#dice.pick(plan.kinds ?? faultKinds);
  }

  /** What is sent in the place of `answer`. */
  async spoil(kind: FaultKind, request: Request, answer: () => Promise<Response>): Promise<Response> {
    switch (kind) {
      case "429":
        return page(429, "Too Many Requests");
      case "429-retry-after":
        return page(429, "Too Many Requests", { "Retry-After": String(this.#plan?.retryAfterSeconds ?? 1) });
      case "500":
        return page(500, "Server Error (500)");
      case "502":
        return page(502, "Bad Gateway");
      case "503":
        return page(503, "Application error");
      case "504":
        return page(504, "Gateway Timeout");
      case "html":
        return page(200, "Welcome to this network, please log in");
      case "dropped":
        throw new TypeError("fetch failed", { cause: new Error("the connection was lost") });
      case "slow":
        await pause(this.#plan?.slowMs ?? 31_000, request.signal);
        return page(503, "Application error");
      default:
        return spoilBody(kind, request, await answer());
    }
  }
}

function checkPlan(plan: FaultPlan): void {
  checkOptions("faults", plan, ["rate", "kinds", "seed", "only", "retryAfterSeconds", "slowMs"]);
  if (!(plan.rate >= 0 && plan.rate <= 1)) throw new RangeError(`faults.rate: expected 0 to 1, got ${plan.rate}`);
  for (const kind of plan.kinds ?? []) checkKind("faults.kinds", kind);
}

function checkKind(what: string, kind: FaultKind): void {
  if (!faultKinds.includes(kind)) {
    throw new RangeError(`${what}: there is no fault ${JSON.stringify(kind)}; there are ${faultKinds.join(", ")}`);
  }
}

async function spoilBody(
  kind: "reset" | "stall" | "truncated" | "wrong-length",
  request: Request,
  answer: Response,
): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const headers = new Headers(answer.headers);
  const half = bytes.slice(0, bytes.length >> 1);
  const { status } = answer;
  if (status === 204 || status === 304) return new Response(null, { status, headers });
  if (kind === "truncated" && (headers.get("content-type") ?? "").startsWith("application/json")) {
    headers.set("content-length", String(half.length));
    return new Response(half, { status, headers });
  }
  headers.set("content-length", String(kind === "wrong-length" ? bytes.length + 100 : bytes.length));
  if (kind === "wrong-length") return new Response(bytes, { status, headers });
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      if (half.length > 0) controller.enqueue(half);
      request.signal.addEventListener("abort", () => controller.error(request.signal.reason), { once: true });
    },
    pull(controller) {
      if (kind === "stall") return new Promise(() => {});
      controller.error(new TypeError("terminated", { cause: new Error("the connection was lost") }));
      return undefined;
    },
  });
  return new Response(body, { status, headers });
}

function page(status: number, title: string, extra: { readonly [name: string]: string } = {}): Response {
  const body = `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Length": String(body.length), ...extra };
  return new Response(body, { status, headers });
}

/** Waits, unless the asker goes away. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const leave = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}
