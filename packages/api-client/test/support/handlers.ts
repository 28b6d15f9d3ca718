/** Small hand-made servers: one handler per test, so that each test shows what the server does. */
import type { Fetch } from "../../src/transport/options.ts";

export const SERVER = "https://archive.test";

export type Route = (request: Request, url: URL) => Response | Promise<Response>;

/** A handler that looks up the path; unknown paths are the server's HTML 404. */
export function routes(table: Record<string, Route | unknown>): Fetch & { readonly requests: Request[] } {
  const requests: Request[] = [];
  const handler = async (request: Request): Promise<Response> => {
    requests.push(request);
    const url = new URL(request.url);
    const route = table[`${request.method} ${url.pathname}`] ?? table[url.pathname];
    if (route === undefined) return page(404, "Not Found");
    return typeof route === "function" ? await (route as Route)(request, url) : Response.json(route);
  };
  return Object.assign(handler, { requests });
}

export function page(status: number, title: string): Response {
  return new Response(
    `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
    {
      status,
      headers: { "content-type": "text/html; charset=utf-8" },
    },
  );
}

/** Quick retries, so that tests do not wait. */
export const QUICK = { baseMs: 1, maxMs: 2 };

export function imageRecord(number: number, more: Record<string, unknown> = {}) {
  const id = `ISIC_${String(number).padStart(7, "0")}`;
  return {
    isic_id: id,
    copyright_license: "CC-0",
    attribution: "Anonymous",
    files: {
      full: { url: `https://files.test/images/${id}.jpg`, size: 1000 },
      thumbnail_256: { url: `https://files.test/thumbnails/${id}_thumbnail.jpg`, size: 100 },
    },
    metadata: { acquisition: { pixels_x: 1022, pixels_y: 767 }, clinical: {} },
    public: true,
    ...more,
  };
}

export function jpeg(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) bytes[i] = (i * 31 + (i >> 8)) & 255;
  bytes.set([0xff, 0xd8, 0xff, 0xe0].slice(0, length));
  return bytes;
}

/** A body in pieces; `after` may break it. */
export function bodyOf(
  bytes: Uint8Array<ArrayBuffer>,
  pieceSize: number,
  broken?: { at: number; how: "error" | "stall" | "close" },
) {
  let at = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (broken !== undefined && at >= broken.at) {
        if (broken.how === "error") controller.error(new TypeError("terminated"));
        else if (broken.how === "close") controller.close();
        else await new Promise(() => undefined);
        return;
      }
      if (at >= bytes.length) return controller.close();
      const end = Math.min(at + pieceSize, bytes.length, broken?.at ?? bytes.length);
      controller.enqueue(bytes.slice(at, end));
      at = end;
    },
  });
}
