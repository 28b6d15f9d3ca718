import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { checkOptions } from "../schema/options.ts";
import { AbortError } from "../transport/errors.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Me } from "../v2/types.ts";
import { OAuthError, REGISTER } from "./errors.ts";
import type { OAuthSession } from "./session.ts";

/** How the user is led through a login with a browser on this machine. */
export interface LoopbackOptions extends CallOptions {
  /** Shows the user where to log in: print it, or open a browser. */
  readonly onUrl: (url: string) => void | Promise<void>;
  /** The port that is registered for the application; 0 takes any free one. @default 0 */
  readonly port?: number;
  /** @default "/callback" */
  readonly path?: string;
  /** How long to wait for the user, in milliseconds. @default 300_000 */
  readonly timeoutMs?: number;
}

const WHERE = { endpoint: "GET oauth/authorize/" };

/**
 * Logs in through the user's browser, which comes back to a server on this machine that lives just as long. The
 * application must be registered with the redirect `http://127.0.0.1/callback`; the port does not count.
 *
 * @throws OAuthError when nobody comes back in time, the user says no, or the port is taken; AbortError by the signal.
 */
export async function loginByLoopback(session: OAuthSession, options: LoopbackOptions): Promise<Me> {
  checkOptions("loginByLoopback", options, ["signal", "onUrl", "port", "path", "timeoutMs"]);
  const { onUrl, port = 0, path = "/callback", timeoutMs = 300_000, signal } = options;
  if (signal?.aborted) throw new AbortError(WHERE, signal.reason);
  const server = createServer();
  await listen(server, port);
  try {
    const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    const { url, challenge } = await session.begin(redirectUri);
    const answer = callback(server, new URL(redirectUri), challenge.state, timeoutMs, signal);
    // The wait is handled below even if showing the URL fails first.
    answer.catch(() => undefined);
    await onUrl(url.href);
    return await session.finish(await answer, challenge);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(new OAuthError("refused", `port ${port} cannot be listened on`, WHERE, "", { cause }));
    });
    server.listen(port, "127.0.0.1", () => {
      // A connection that cannot be taken, since too many are open, ends itself and nothing else.
      server.removeAllListeners("error").on("error", () => undefined);
      resolve();
    });
  });
}

/** The address the browser came back to. Other requests (a favicon, a scan, a foreign state) do not count. */
function callback(server: Server, redirect: URL, state: string, timeoutMs: number, signal?: AbortSignal): Promise<URL> {
  return new Promise<URL>((resolve, reject) => {
    const onAbort = () => {
      // It would keep the process alive until it fires.
      clearTimeout(timer);
      reject(new AbortError(WHERE, signal?.reason));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      const what = `nobody came back within ${timeoutMs} ms. Where the archive's page spoke of the redirect: ${REGISTER}`;
      reject(new OAuthError("expired", what, WHERE));
    }, timeoutMs);
    // What speaks no HTTP gets no answer: a port scan may be gone before one could be sent.
    server.on("clientError", (_error, socket) => socket.destroy());
    server.on("request", (request, response) => {
      const url = targetOf(request.url, redirect);
      const counts =
        request.method === "GET" && url?.pathname === redirect.pathname && url.searchParams.get("state") === state;
      response.writeHead(counts ? 200 : 404, {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'none'",
        connection: "close",
      });
      response.end(counts ? PAGE : "");
      if (!counts || url === undefined) return;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      resolve(url);
    });
  });
}

/** What a request asks for; scans ask for things that are no addresses, such as `//`. */
function targetOf(target: string | undefined, base: URL): URL | undefined {
  return URL.canParse(target ?? "/", base) ? new URL(target ?? "/", base) : undefined;
}

const PAGE = "<!doctype html><title>ISIC Archive</title><p>You can close this page and go back to the program.</p>";
