import { describe, expect, test } from "vitest";
import { isApiError } from "../src/index.ts";
import { retryAfter } from "../src/transport/error-answer.ts";
import { HttpError, NetworkError, TimeoutError } from "../src/transport/errors.ts";
import { Patience, RETRY } from "../src/transport/retry.ts";
import { Scope } from "../src/transport/scope.ts";
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
      retryable: false, // or a caller with tries of his own would multiply them
    });
    expect(fetch.requests).toHaveLength(2);
  });

  test("after a fourth page of HTML: the address is wrong", async () => {
    const { api, fetch } = client(Array.from({ length: 9 }, () => () => page(200, "Hello")));
    await expect(api.images.get("ISIC_0000000")).rejects.toMatchObject({ tag: "ContentError", problem: "kind" });
    expect(fetch.requests).toHaveLength(4);
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

describe("patience", () => {
  const where = { endpoint: "GET x" };
  const lost = () => new NetworkError("lost", where);
  const busy = (retryAfterMs?: number) => new HttpError({ ...where, status: 429, serverMessage: "", retryAfterMs });

  test("ends with the limit, and the last error is the one thrown", async () => {
    const patience = new Patience({ ...RETRY, ...QUICK, limit: 2 }, new Scope(where));
    await patience.after(lost());
    await patience.after(lost());
    const last = lost();
    await expect(patience.after(last)).rejects.toBe(last);
  });

  test("ends at once when the server wants more time than there is", async () => {
    const patience = new Patience({ ...RETRY, budgetMs: 1000 }, new Scope(where));
    const wish = busy(3_600_000);
    const started = performance.now();
    await expect(patience.after(wish)).rejects.toBe(wish);
    expect(performance.now() - started).toBeLessThan(500);
  });

  test("ends with the budget", async () => {
    const patience = new Patience({ ...RETRY, baseMs: 5000, budgetMs: 10 }, new Scope(where));
    const error = await patience.after(lost()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ phase: "budget", limitMs: 10 });
  });

  test("starts again when something useful arrived", async () => {
    const patience = new Patience({ ...RETRY, ...QUICK, limit: 1 }, new Scope(where));
    await patience.after(lost());
    patience.progressed();
    await patience.after(lost());
    await expect(patience.after(lost())).rejects.toThrow("lost");
  });

  test("waits as long as the server says, and ends with the caller's signal", async () => {
    const controller = new AbortController();
    const patience = new Patience(RETRY, new Scope(where, controller.signal));
    const waiting = patience.after(busy(60_000));
    setTimeout(() => controller.abort("enough"), 20);
    const error = await waiting.catch((thrown: unknown) => thrown);
    expect(isApiError(error, "AbortError") && error.cause).toBe("enough");
  });
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
