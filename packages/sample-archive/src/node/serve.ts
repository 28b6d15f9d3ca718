import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { createGzip } from "node:zlib";
import { checkOptions } from "@isic/select";
import type { SampleArchive } from "../sample-archive.ts";
import { ListenError } from "./errors.ts";

/** What {@link serve} takes. */
export interface ServeOptions {
  /** Port of both APIs; 0 (default) takes a free one. */
  readonly port?: number;
  /** Port of the file host; 0 (default) takes a free one. */
  readonly filePort?: number;
  /** Address to listen on; default `127.0.0.1`. */
  readonly host?: string;
  /** Compress what v2 compresses, if the client accepts it; default `true`. */
  readonly gzip?: boolean;
}

/** A running server. */
export interface RunningArchive {
  readonly url: string;
  readonly fileUrl: string;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Serves an archive over HTTP: both APIs on one port, the files on another (so that they are a second origin), and
 * moves the archive's own addresses there.
 *
 * @throws ListenError when a port is taken or may not be listened on, TypeError for an option that does not exist
 * @example
 * ```ts
 * import { createSampleArchive } from "@isic/sample-archive";
 * import { serve } from "@isic/sample-archive/node";
 *
 * const running = await serve(createSampleArchive());
 * console.log(await (await fetch(`${running.url}/api/v1/dataset`)).json());
 * await running.close();
 * ```
 */
export async function serve(archive: SampleArchive, options: ServeOptions = {}): Promise<RunningArchive> {
  checkOptions("serve", options, ["port", "filePort", "host", "gzip"]);
  const { port = 0, filePort = 0, host = "127.0.0.1", gzip = true } = options;
  const origins = { api: "", files: "" };
  const api = createServer(LONG_HEADERS, (request, response) => relay(archive, origins.api, gzip, request, response));
  const files = createServer(LONG_HEADERS, (request, response) =>
    relay(archive, origins.files, false, request, response),
  );
  origins.api = await listen(api, host, port);
  try {
    origins.files = await listen(files, host, filePort);
  } catch (error) {
    await stop(api);
    throw error;
  }
  archive.moveTo(origins.api, origins.files);
  return {
    url: origins.api,
    fileUrl: origins.files,
    close: async () => {
      await Promise.all([stop(api), stop(files)]);
    },
  };
}

/** Node itself refuses more than 16 KiB with a 431; the archive has its own limits and its own words. */
const LONG_HEADERS = { maxHeaderSize: 65_536 };

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(new ListenError(host, port, cause)));
    server.listen(port, host, () => {
      const { port: taken } = server.address() as AddressInfo;
      resolve(`http://${host.includes(":") ? `[${host}]` : host}:${taken}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function relay(
  archive: SampleArchive,
  origin: string,
  gzip: boolean,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const left = new AbortController();
  outgoing.once("close", () => left.abort());
  try {
    const answer = await archive.fetch(toRequest(origin, incoming, left.signal));
    await send(answer, gzip && accepts(incoming), incoming, outgoing);
  } catch {
    // a fault that cuts the connection, or a client that went away: either way nothing more can be said
    outgoing.destroy();
  }
}

function toRequest(origin: string, incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i]!, incoming.rawHeaders[i + 1]!);
  }
  const method = incoming.method!;
  const body = method === "GET" || method === "HEAD" ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
  return new Request(new URL(incoming.url!, origin), { method, headers, body, signal, duplex: "half" } as RequestInit);
}

function accepts(incoming: IncomingMessage): boolean {
  return /\bgzip\b/.test(String(incoming.headers["accept-encoding"] ?? ""));
}

async function send(
  answer: Response,
  gzip: boolean,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const compress = gzip && incoming.method !== "HEAD" && /accept-encoding/i.test(answer.headers.get("vary") ?? "");
  outgoing.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    if (name !== "set-cookie" && !(compress && name === "content-length")) outgoing.setHeader(name, value);
  }
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
  if (compress) outgoing.setHeader("content-encoding", "gzip");
  // no length and no chunks: the body ends where the connection ends
  if (answer.headers.get("connection") === "close") outgoing.useChunkedEncodingByDefault = false;
  if (answer.body === null || incoming.method === "HEAD") {
    outgoing.end();
    return;
  }
  const body = Readable.fromWeb(answer.body as ReadableStream as WebStream);
  const promised = Number(answer.headers.get("content-length") ?? 0);
  let sent = 0;
  body.on("data", (chunk: Uint8Array) => {
    sent += chunk.length;
  });
  await (compress ? pipeline(body, createGzip({ level: 1 }), outgoing) : pipeline(body, outgoing));
  // a length that was promised and not kept: only the end of the connection tells
  if (sent < promised) incoming.socket.destroySoon();
}
