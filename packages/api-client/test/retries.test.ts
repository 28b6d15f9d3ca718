import { describe, expect, test } from "vitest";
import { isApiError } from "../src/index.ts";
import { Cancellation } from "../src/transport/cancellation.ts";
import { retryAfter } from "../src/transport/error-answer.ts";
import { HttpError, NetworkError, TimeoutError } from "../src/transport/errors.ts";
import { RETRY, RetryBudget } from "../src/transport/retry-budget.ts";
import { createV2Client } from "../src/v2/index.ts";
import { bodyOf, imageRecord, page, QUICK, type Route, routes, SERVER } from "./support/handlers.ts";

const PATH = "/api/v2/images/ISIC_0000000/";
const RECORD = imageRecord(0);
const GOOD: Route = () => Response.json(RECORD);

/** Answers with these, one after the other, and then with the record. */
function client(answers: readonly Route[], options: Parameters<typeof createV2Client>[0] = {}) {
  let at = 0;
  const next: Route = (request, url) => (answers[at++] ?? GOOD)(request, url);
  const fetch = routes({ [PATH]: next });
  return { fetch, api: createV2Client({ baseUrl: SERVER, fetch, retry: QUICK, ...options }) };
}

const json = JSON.stringify(RECORD);
const encoded = new TextEncoder().encode(json);

describe("an idempotent call is tried again", () => {
  test.each<readonly [string, Route]>([
    ["429 without Retry-After", () => page(429, "Too Many Requests")],
    ["429 with Retry-After", () => new Response("", { status: 429, headers: { "retry-after": "0" } })],
    ["502", () => page(502, "Bad Gateway")],
    ["503", () => page(503, "Application error")],
    ["504", () => page(504, "Gateway Timeout")],
    ["500, once", () => page(500, "Server Error (500)")],
    ["a connection that is lost before the answer", () => Promise.reject(new TypeError("fetch failed"))],
    ["a body that breaks", () => new Response(bodyOf(encoded, 50, { at: 100, how: "error" }))],
    ["a body that ends too early", () => new Response(encoded.slice(0, 100), { headers: { "content-length": "999" } })],
    ["JSON that is cut off", () => new Response(json.slice(0, 100))],
    ["an empty answer", () => new Response("")],
    ["a page of HTML with status 200", () => page(200, "Please log in to this network")],
  ])("after %s", async (_what, bad) => {
    const { api, fetch } = client([bad]);
    expect(await api.images.get("ISIC_0000000")).toEqual(RECORD);
    expect(fetch.requests).toHaveLength(2);
  });

  test("after a body that stalls", async () => {
    const stalled: Route = () => new Response(bodyOf(encoded, 50, { at: 100, how: "stall" }));
    const { api, fetch } = client([stalled], { timeouts: { stallMs: 30 } });
    expect(await api.images.get("ISIC_0000000")).toEqual(RECORD);
    expect(fetch.requests).toHaveLength(2);
    expect(fetch.requests[0]?.signal.aborted).toBe(true);
  });

  test("after a server that does not answer, which is told to stop", async () => {
    const { api, fetch } = client([() => new Promise<Response>(() => undefined)], { timeouts: { responseMs: 30 } });
    expect(await api.images.get("ISIC_0000000")).toEqual(RECORD);
    expect(fetch.requests[0]?.signal.aborted).toBe(true);
  });
});

describe("a call is not tried again", () => {
  test.each([400, 401, 403, 404, 405, 409, 410, 422])("after %d", async (status) => {
    const { api, fetch } = client([() => Response.json({ detail: "no" }, { status })]);
    await expect(api.images.get("ISIC_0000000")).rejects.toMatchObject({
      status,
      serverMessage: "no",
      retryable: false,
    });
    expect(fetch.requests).toHaveLength(1);
  });

  test("after a second 500: both servers have requests that fail for ever", async () => {
    const bad = () => page(500, "Server Error (500)");
    const { api, fetch } = client([bad, bad]);
    await expect(api.images.get("ISIC_0000000")).rejects.toMatchObject({
      status: 500,
      serverMessage: "Server Error (500)",
      retryable: false, // or a caller who tries again too would multiply them
    });
    expect(fetch.requests).toHaveLength(2);
  });

  test("after a third page of HTML: the address is wrong", async () => {
    const { api, fetch } = client(Array.from({ length: 9 }, () => () => page(200, "Hello")));
    await expect(api.images.get("ISIC_0000000")).rejects.toMatchObject({ tag: "ContentError", problem: "kind" });
    expect(fetch.requests).toHaveLength(3);
  });

  test("when it may change something", async () => {
    const fetch = routes({ "/api/v2/collections/create-from-isic-ids/": () => page(503, "Application error") });
    const api = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK });
    const made = api.collectionChanges.create({ name: "a", ids: ["ISIC_0000000"] });
    await expect(made).rejects.toMatchObject({ status: 503 });
    expect(fetch.requests).toHaveLength(1);
  });

  test("when the record is not valid", async () => {
    const { api, fetch } = client([() => Response.json({})]);
    await expect(api.images.get("ISIC_0000000")).rejects.toMatchObject({ tag: "ValidationError" });
    expect(fetch.requests).toHaveLength(1);
  });

  test("when the caller's own handler has a bug", async () => {
    const api = createV2Client({
      baseUrl: SERVER,
      fetch: () => Promise.reject(new RangeError("oops")),
      retry: { ...QUICK, limit: 1 },
    });
    const error = await api.images.get("ISIC_0000000").catch((thrown: unknown) => thrown);
    expect((error as Error).cause).toBeInstanceOf(RangeError);
  });
});

describe("a budget", () => {
  const where = { endpoint: "GET x" };
  const lost = () => new NetworkError("lost", where);
  const busy = (retryAfterMs?: number) => new HttpError({ ...where, status: 429, serverMessage: "", retryAfterMs });

  test("ends with the limit, and the last error is the one thrown", async () => {
    const budget = new RetryBudget({ ...RETRY, ...QUICK, limit: 2 });
    const cancellation = new Cancellation(where);
    await budget.waitAfter(lost(), cancellation);
    await budget.waitAfter(lost(), cancellation);
    const last = lost();
    await expect(budget.waitAfter(last, cancellation)).rejects.toBe(last);
  });

  test("ends at once when the server wants more time than there is", async () => {
    const budget = new RetryBudget({ ...RETRY, budgetMs: 1000 });
    const wish = busy(3_600_000);
    const started = performance.now();
    await expect(budget.waitAfter(wish, new Cancellation(where))).rejects.toBe(wish);
    expect(performance.now() - started).toBeLessThan(500);
  });

  test("ends with its time", async () => {
    const budget = new RetryBudget({ ...RETRY, baseMs: 5000, budgetMs: 10 });
    const error = await budget.waitAfter(lost(), new Cancellation(where)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ phase: "budget", limitMs: 10 });
  });

  test("is whole again when bytes were kept, but not for a trickle of them", async () => {
    const cancellation = new Cancellation(where);
    const budget = new RetryBudget({ ...RETRY, ...QUICK, limit: 1 });
    await budget.waitAfter(lost(), cancellation);
    budget.keptBytes(65_536, undefined);
    await budget.waitAfter(lost(), cancellation);
    budget.keptBytes(100, 100_000);
    await expect(budget.waitAfter(lost(), cancellation)).rejects.toThrow("lost");
  });

  test("ends although each request brings bytes, when these are thrown away each time", async () => {
    const cancellation = new Cancellation(where);
    const budget = new RetryBudget({ ...RETRY, ...QUICK, limit: 3 });
    const rounds = async () => {
      for (let round = 1; ; round += 1) {
        budget.keptBytes(1_000_000, undefined);
        budget.restarted();
        await budget.waitAfter(lost(), cancellation).catch((error: unknown) => {
          throw Object.assign(error as Error, { round });
        });
      }
    };
    await expect(rounds()).rejects.toMatchObject({ round: 3 });
  });
});

test("a wait that the server asked for ends with the caller's signal", async () => {
  const controller = new AbortController();
  const { api } = client([() => new Response("", { status: 429, headers: { "retry-after": "60" } })]);
  const call = api.images.get("ISIC_0000000", { signal: controller.signal }).catch((thrown: unknown) => thrown);
  setTimeout(() => controller.abort("enough"), 20);
  const error = await call;
  expect(isApiError(error, "AbortError") && error.cause).toBe("enough");
});

test("a Retry-After that says nothing is no wait at all, and one that is too long ends the call", async () => {
  const after = (value: string) => () => new Response("", { status: 503, headers: { "retry-after": value } });
  expect(await client([after("soon"), after("-5")]).api.images.get("ISIC_0000000")).toEqual(RECORD);
  const started = performance.now();
  await expect(client([after("3600")]).api.images.get("ISIC_0000000")).rejects.toMatchObject({ status: 503 });
  expect(performance.now() - started).toBeLessThan(1000);
});

test("a budget's time holds for attempts in flight, and not for the client's own queue", async () => {
  const never: Route = () => new Promise<Response>(() => undefined);
  const { api } = client([never], { retry: { ...QUICK, budgetMs: 50 } });
  const started = performance.now();
  await expect(api.images.get("ISIC_0000000")).rejects.toMatchObject({ tag: "TimeoutError", phase: "budget" });
  expect(performance.now() - started).toBeLessThan(1000);
  const slow: Route = () => new Promise((resolve) => setTimeout(() => resolve(Response.json(RECORD)), 40));
  const queued = client(
    Array.from({ length: 6 }, () => slow),
    { concurrency: 1, retry: { ...QUICK, budgetMs: 100 } },
  );
  const all = await Promise.all(Array.from({ length: 6 }, () => queued.api.images.get("ISIC_0000000")));
  expect(all).toHaveLength(6);
});

test("limits of time that no timer can hold are no limits", async () => {
  const forever = { responseMs: Number.POSITIVE_INFINITY, stallMs: 1e12 };
  const { api } = client([() => page(503, "x")], { timeouts: forever, retry: { ...QUICK, budgetMs: 1e15 } });
  expect(await api.images.get("ISIC_0000000")).toEqual(RECORD);
});

test("Retry-After is read as seconds or as a date, else ignored", () => {
  const at = (value: string) => retryAfter(new Headers({ "retry-after": value }), Date.parse("2026-01-01T00:00:00Z"));
  expect(at("120")).toBe(120_000);
  expect(at("0")).toBe(0);
  expect(at("Thu, 01 Jan 2026 00:00:30 GMT")).toBe(30_000);
  expect(at("Thu, 01 Jan 2015 00:00:30 GMT")).toBe(0);
  expect(at("soon")).toBeUndefined();
  expect(at("-5")).toSatisfy((value) => value === undefined || value >= 0);
  expect(retryAfter(new Headers())).toBeUndefined();
});

describe("the caller's signal", () => {
  test("stops before anything is sent", async () => {
    const { api, fetch } = client([]);
    const error = await api.images.get("ISIC_0000000", { signal: AbortSignal.abort("why") }).catch((thrown) => thrown);
    expect(isApiError(error, "AbortError") && error.cause).toBe("why");
    expect(fetch.requests).toHaveLength(0);
  });

  test("stops a request in flight, even one whose handler ignores it", async () => {
    const controller = new AbortController();
    const { api } = client([() => new Promise<Response>(() => undefined)]);
    const call = api.images.get("ISIC_0000000", { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(call).rejects.toMatchObject({ tag: "AbortError", name: "AbortError" });
  });

  test("stops a body", async () => {
    const controller = new AbortController();
    const { api } = client([() => new Response(bodyOf(encoded, 50, { at: 100, how: "stall" }))]);
    const call = api.images.get("ISIC_0000000", { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(call).rejects.toMatchObject({ tag: "AbortError" });
  });

  test("keeps no listener of a call that is over", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const { api } = client([() => page(503, "x")]);
    await api.images.get("ISIC_0000000", { signal });
    expect(listeners).toBe(0);
  });
});

test("no more requests are in flight to a host than allowed", async () => {
  let now = 0;
  let most = 0;
  const slow: Route = async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now -= 1;
    return GOOD(undefined as never, undefined as never);
  };
  const fetch = routes({ [PATH]: slow });
  const api = createV2Client({ baseUrl: SERVER, fetch, concurrency: 3 });
  await Promise.all(Array.from({ length: 20 }, () => api.images.get("ISIC_0000000")));
  expect(most).toBe(3);
  expect(() => createV2Client({ baseUrl: SERVER, fetch, concurrency: 0 })).toThrow(RangeError);
});
