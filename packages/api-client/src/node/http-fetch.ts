import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { userAgent } from "../transport/user-agent.ts";
import { decodedBody } from "./message-body.ts";
import { hasEnvironmentProxy, isLedElsewhere, proxiedFetch } from "./proxy.ts";

type Send = (url: URL, options: RequestOptions) => ClientRequest;

/**
 * `fetch` over `node:http` and `node:https`, for a third less of the processor's time than the platform's: a client
 * that brings in many small files spends most of its time there.
 *
 * It keeps connections alive, undoes gzip, deflate and brotli, obeys the request's signal, and rejects with a
 * `TypeError` whose `cause` is the network's error, as `fetch` does. Redirects are handed to the caller (the clients
 * follow them themselves); a request that wants them followed goes to the platform's `fetch`, and so does everything
 * where that one goes another way: through the proxy of the environment (see {@link proxiedFetch}), by
 * `NODE_USE_ENV_PROXY`, or by a dispatcher of undici such as its `ProxyAgent`.
 *
 * @example
 * ```ts
 * import { httpFetch } from "@isic/api-client/node";
 * import { createV2Client } from "@isic/api-client/v2";
 *
 * const client = createV2Client({ fetch: httpFetch });
 * console.log(client.api.baseUrl.href); // https://api.isic-archive.com/api/v2/
 * ```
 */
export async function httpFetch(request: Request): Promise<Response> {
  if (request.redirect !== "manual" || isLedElsewhere() || hasEnvironmentProxy()) return proxiedFetch(request);
  const { signal, body } = request;
  signal.throwIfAborted();
  const url = new URL(request.url);
  const send = await sender(url);
  const content = body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  const options = { method: request.method, headers: headersOf(request, content) };
  try {
    const message = await exchanged(() => send(url, options), content, signal);
    return responseOf(message, request.method, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new TypeError("fetch failed", { cause });
  }
}

let http: Promise<Send> | undefined;
let https: Promise<Send> | undefined;

/** Loaded when first used: TLS alone takes longer than most commands. */
function sender(url: URL): Promise<Send> {
  if (url.protocol === "https:") {
    https ??= import("node:https").then((module) => module.request);
    return https;
  }
  http ??= import("node:http").then((module) => module.request);
  return http;
}

function headersOf(request: Request, content: Uint8Array | undefined): Record<string, string> {
  // A part of a compressed answer would be of no use.
  const encodings = request.headers.has("range") ? "identity" : "gzip, deflate, br";
  const headers: Record<string, string> = { ...userAgent(), "accept-encoding": encodings };
  for (const [name, value] of request.headers) headers[name] = value;
  if (content !== undefined) headers["content-length"] = String(content.length);
  return headers;
}

/** Sends it; once more when a connection that had been kept turns out to have been closed by the server meanwhile. */
async function exchanged(
  send: () => ClientRequest,
  content: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const outgoing = send();
  try {
    return await answerTo(outgoing, content, signal);
  } catch (error) {
    const wasClosed = outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === "ECONNRESET";
    if (!wasClosed || content !== undefined || signal.aborted) throw error;
    return await answerTo(send(), content, signal);
  }
}

function answerTo(
  outgoing: ClientRequest,
  content: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const stop = (): void => void outgoing.destroy();
    signal.addEventListener("abort", stop);
    outgoing.once("close", () => signal.removeEventListener("abort", stop));
    outgoing.once("response", resolve);
    // After the answer's beginning, its body tells; a listener must stay, or the process ends.
    outgoing.on("error", reject);
    outgoing.end(content);
  });
}

const WITHOUT_BODY: readonly (number | undefined)[] = [204, 205, 304];

function responseOf(message: IncomingMessage, method: string, signal: AbortSignal): Response {
  const { statusCode: status, statusMessage: statusText = "", rawHeaders } = message;
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  const init = { status: status ?? 0, statusText, headers };
  if (method !== "HEAD" && !WITHOUT_BODY.includes(status)) return new Response(decodedBody(message, signal), init);
  message.resume();
  return new Response(null, init);
}
