import { describe, expect, test } from "vitest";
import { checkBeginning, endsAsZip } from "../src/files/content-check.ts";
import { fileNameOf } from "../src/files/file-name.ts";
import { createV2Client } from "../src/v2/index.ts";
import { bodyOf, imageRecord, jpeg, page, QUICK, type Route, routes, SERVER } from "./support/handlers.ts";

const BYTES = jpeg(10_000);
const FILE = "https://files.test/images/ISIC_0000000.jpg";
const PATH = "/images/ISIC_0000000.jpg";
const TYPE = { "content-type": "image/jpeg" };
const LENGTH = { "content-length": String(BYTES.length) };

type Break = { at: number; how: "error" | "stall" | "close" };

const whole = (broken?: Break, headers: Record<string, string> = {}): Route => {
  return () => new Response(bodyOf(BYTES, 1000, broken), { headers: { ...TYPE, ...LENGTH, ...headers } });
};

/** Honours ranges as S3 does. */
const ranged = (headers: Record<string, string> = {}): Route => {
  return (request) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? Number.NaN);
    if (Number.isNaN(from)) return whole(undefined, headers)(request, new URL(request.url));
    const rest = BYTES.slice(from);
    const range = `bytes ${from}-${BYTES.length - 1}/${BYTES.length}`;
    const all = { ...TYPE, "content-range": range, "content-length": String(rest.length), ...headers };
    return new Response(bodyOf(rest, 1000), { status: 206, headers: all });
  };
};

function client(answers: readonly Route[], options: Parameters<typeof createV2Client>[0] = {}) {
  let at = 0;
  const fetch = routes({ [PATH]: (request: Request, url: URL) => (answers[at++] ?? whole())(request, url) });
  return { fetch, images: createV2Client({ baseUrl: SERVER, fetch, retry: QUICK, ...options }).images };
}

describe("a file", () => {
  test("is read as bytes, as a stream, piece by piece, or into a sink", async () => {
    const open = () => client([]).images.download(FILE);
    expect(await (await open()).bytes()).toEqual(BYTES);
    expect(new Uint8Array(await new Response((await open()).stream).arrayBuffer())).toEqual(BYTES);
    let length = 0;
    for await (const piece of await open()) length += piece.length;
    expect(length).toBe(BYTES.length);
    const parts: Uint8Array[] = [];
    expect(await (await open()).writeTo({ write: async (piece) => void parts.push(piece) })).toBe(BYTES.length);
    expect(new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer())).toEqual(BYTES);
  });

  test("tells how far it is", async () => {
    const seen: unknown[] = [];
    const file = await client([]).images.download(FILE, { onProgress: (progress) => seen.push(progress) });
    await file.bytes();
    expect(seen).toHaveLength(10);
    expect(seen[0]).toEqual({ done: 1000, total: 10_000, bytes: 1000 });
    expect(seen.at(-1)).toEqual({ done: 10_000, total: 10_000, bytes: 10_000 });
  });

  test("is read once", async () => {
    const file = await client([]).images.download(FILE);
    await file.bytes();
    await expect(file.bytes()).rejects.toThrow(TypeError);
  });

  test("gives its slot back when it is read, cancelled, left early, or broken", async () => {
    const broken = whole({ at: 500, how: "error" });
    const { images } = client([whole(), whole(), whole(), broken, whole(), whole()], {
      concurrency: 1,
      retry: { ...QUICK, limit: 0 },
    });
    await (await images.download(FILE)).bytes();
    await (await images.download(FILE)).cancel();
    for await (const _piece of await images.download(FILE)) break;
    await expect((await images.download(FILE)).bytes()).rejects.toMatchObject({ tag: "NetworkError" });
    await (await images.download(FILE)).stream.cancel();
    expect(await (await images.download(FILE)).bytes()).toEqual(BYTES);
  });

  test("may be read slowly: only the server's pauses count as a stall", async () => {
    const file = await client([], { timeouts: { stallMs: 20 } }).images.download(FILE);
    let length = 0;
    for await (const piece of file) {
      await new Promise((resolve) => setTimeout(resolve, 15 + (length % 3000 === 0 ? 25 : 0)));
      length += piece.length;
    }
    expect(length).toBe(BYTES.length);
  });
});

describe("a broken flow", () => {
  const ways: readonly [string, Break][] = [
    ["lost", { at: 3000, how: "error" }],
    ["short", { at: 3000, how: "close" }],
    ["stalled", { at: 3000, how: "stall" }],
  ];

  test.each(ways)("(%s) goes on by range where the server honours it", async (_what, broken) => {
    const { images, fetch } = client([whole(broken), ranged()], { timeouts: { stallMs: 30 } });
    expect(await (await images.download(FILE)).bytes()).toEqual(BYTES);
    expect(fetch.requests.map((request) => request.headers.get("range"))).toEqual([null, "bytes=3000-"]);
  });

  test.each(ways)(
    "(%s) is read again where the server ignores ranges, and nothing is handed on twice",
    async (_what, broken) => {
      const { images } = client([whole(broken), whole({ at: 5000, how: "error" }), whole()], {
        timeouts: { stallMs: 30 },
      });
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for await (const piece of await images.download(FILE)) parts.push(piece);
      expect(new Uint8Array(await new Blob(parts).arrayBuffer())).toEqual(BYTES);
    },
  );

  test("is an error for a stream when the file was replaced meanwhile, and starts anew for bytes", async () => {
    const etag = (value: string) => ({ etag: value });
    const answers = () => [
      whole({ at: 3000, how: "error" }, etag("1")),
      ranged(etag("2")),
      whole(undefined, etag("2")),
    ];
    const file = await client(answers()).images.download(FILE);
    await expect(file.writeTo({ write: () => undefined })).rejects.toMatchObject({ tag: "NetworkError" });
    expect(await (await client(answers()).images.download(FILE)).bytes()).toEqual(BYTES);
  });

  test("ends when the server never delivers what it announces", async () => {
    const wrong: Route = () => new Response(BYTES, { headers: { ...TYPE, "content-length": "10100" } });
    const { images } = client(Array.from({ length: 20 }, () => wrong));
    await expect((await images.download(FILE)).bytes()).rejects.toMatchObject({
      tag: "ContentError",
      problem: "length",
    });
  });

  test("of a wrong announcement ends well when the file is whole after all", async () => {
    const wrong: Route = () => new Response(BYTES, { headers: { ...TYPE, "content-length": "10100", etag: "1" } });
    const none: Route = () => new Response("<Error/>", { status: 416, headers: { "content-range": "bytes */10000" } });
    const answers = [wrong, none, whole(undefined, { etag: "1" })];
    const { images, fetch } = client(answers);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of await images.download(FILE)) parts.push(piece);
    expect(new Uint8Array(await new Blob(parts).arrayBuffer())).toEqual(BYTES);
    expect(fetch.requests).toHaveLength(3);
  });

  test("of more bytes than announced is an error too", async () => {
    const wrong: Route = () => new Response(BYTES, { headers: { ...TYPE, "content-length": "9000" } });
    const { images } = client([wrong, whole()]);
    expect(await (await images.download(FILE)).bytes()).toEqual(BYTES);
  });

  test("ends with the caller's signal", async () => {
    const controller = new AbortController();
    const { images } = client([whole({ at: 3000, how: "stall" })]);
    const file = await images.download(FILE, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(file.bytes()).rejects.toMatchObject({ tag: "AbortError" });
  });
});

describe("what is no image", () => {
  const answers: readonly [string, Route][] = [
    ["a page of HTML", () => page(200, "Sign in")],
    ["XML", () => new Response("<Error/>", { headers: { "content-type": "application/xml" } })],
    ["JSON", () => Response.json({ message: "no" })],
  ];

  test.each(answers)("%s is refused by its type", async (_what, answer) => {
    const { images } = client([answer, answer, answer, answer]);
    await expect(images.download(FILE)).rejects.toMatchObject({ tag: "ContentError", problem: "kind" });
  });

  test.each(["<html>", " \n<Error>", "\uFEFF<?xml", '{"a":1}'])(
    "%j is refused by its beginning, whatever it claims to be",
    async (text) => {
      const lying: Route = () => new Response(text, { headers: TYPE });
      const { images } = client([lying, lying, lying, lying]);
      await expect((await images.download(FILE)).bytes()).rejects.toMatchObject({
        tag: "ContentError",
        problem: "kind",
      });
    },
  );

  test("pictures of all formats pass", () => {
    const heads = [[0xff, 0xd8], [0x89, 0x50], [0x49, 0x49, 0x2a], [0x4d, 0x4d], [0x42, 0x4d], []];
    for (const head of heads) checkBeginning("image", Uint8Array.from(head), "", { endpoint: "" });
  });
});

describe("a signed URL that has expired", () => {
  const denied = () =>
    new Response("<Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>", {
      status: 403,
      headers: { "content-type": "application/xml" },
    });
  const record = (query: string) => {
    const image = imageRecord(0);
    return { ...image, files: { ...image.files, full: { url: `${FILE}${query}`, size: 1 } } };
  };
  const fetchOf = () =>
    routes({
      "/api/v2/images/ISIC_0000000/": record("?Expires=2&Signature=new&Key-Pair-Id=K"),
      [PATH]: (_request: Request, url: URL) =>
        url.searchParams.get("Signature") === "new" ? whole()(_request, url) : denied(),
    });

  test("is asked for again, once, when the image is known", async () => {
    const fetch = fetchOf();
    const { images } = createV2Client({ baseUrl: SERVER, fetch, retry: QUICK });
    const old = record("?Expires=1&Signature=old&Key-Pair-Id=K");
    expect(await (await images.download(old as never)).bytes()).toEqual(BYTES);
    expect(fetch.requests).toHaveLength(3);
  });

  test("is an error with the host's words when it is not", async () => {
    const { images } = createV2Client({ baseUrl: SERVER, fetch: fetchOf(), retry: QUICK });
    const error = images.download(`${FILE}?Signature=old`);
    await expect(error).rejects.toMatchObject({
      tag: "AuthError",
      reason: "forbidden",
      serverMessage: "AccessDenied Access denied",
    });
  });
});

test("a file of another host goes through the proxy", async () => {
  const fetch = routes({ "/through": () => whole()(undefined as never, undefined as never) });
  const proxy = (url: URL) => `${SERVER}/through?url=${encodeURIComponent(url.href)}`;
  const { images } = createV2Client({ baseUrl: SERVER, fetch, proxy });
  expect(await (await images.download(FILE)).bytes()).toEqual(BYTES);
});

test("file names are harmless", () => {
  expect(fileNameOf(null)).toBeUndefined();
  expect(fileNameOf('attachment; filename="ISIC_0000000.jpg"')).toBe("ISIC_0000000.jpg");
  expect(fileNameOf('attachment; filename="../../etc/passwd"')).toBe("passwd");
  expect(fileNameOf('attachment; filename="a\\"b\u0000.jpg"')).toBe("a_b_.jpg");
  expect(fileNameOf("attachment; filename*=UTF-8''%C3%A4%2F..%2Fb.jpg")).toBe("b.jpg");
  expect(fileNameOf("attachment; filename*=UTF-8''%E0%A4%A; filename=ok.jpg")).toBe("ok.jpg");
  expect(fileNameOf('attachment; filename=".."')).toBeUndefined();
  // Devices, marks of direction, control characters of Latin-1, hidden names, and what no file system takes.
  for (const [given, name] of [
    ["nul.txt", "_nul.txt"],
    ["AUX .jpg", "_AUX.jpg"],
    ["com¹", "_com¹"],
    ["a%E2%80%AEgpj.exe", "a_gpj.exe"],
    ["a%E2%80%8F%C2%9B%E2%80%A8b", "a___b"],
    [".htaccess", "htaccess"],
    ["a%00b.jpg", "a_b.jpg"],
    ["x.jpg. . ", "x.jpg"],
    ["e%CC%81.jpg", "é.jpg"],
    [`${"%E7%9A%AE".repeat(100)}.jpeg`, `${"皮".repeat(65)}.jpeg`],
  ]) {
    expect(fileNameOf(`attachment; filename*=utf-8''${encodeURIComponent(decodeURIComponent(given!))}`), given).toBe(
      name,
    );
  }
  expect(fileNameOf('attachment; filename="C:\\\\x\\\\y.jpg "')).toBe("y.jpg");
});

test("the end of a ZIP is known", () => {
  const end = Uint8Array.from([0x50, 0x4b, 5, 6, ...new Array(18).fill(0)]);
  expect(endsAsZip(Uint8Array.from([1, 2, 3, ...end]))).toBe(true);
  expect(endsAsZip(end.subarray(0, 21))).toBe(false);
  expect(endsAsZip(Uint8Array.from([...end, 0]))).toBe(false);
});
