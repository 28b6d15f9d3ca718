import type { Fetch } from "../transport/options.ts";

/**
 * The platform's `fetch`, through the proxy that the environment names: `HTTPS_PROXY` and `HTTP_PROXY` (also in lower
 * case), but for the hosts in `NO_PROXY`. Node's own `fetch` knows them from version 24 on, and only when told to.
 *
 * @example
 * ```ts
 * import { proxiedFetch } from "@isic/api-client/node";
 * import { createOAuthSession } from "@isic/api-client/oauth";
 *
 * const session = createOAuthSession({ clientId: "my-application", fetch: proxiedFetch });
 * console.log(await session.token()); // undefined: nobody is logged in
 * ```
 */
export const proxiedFetch: Fetch = async (request) => {
  if (!hasEnvironmentProxy() || isLedElsewhere()) return await fetch(request);
  return await fetch(request, { dispatcher: await environmentProxy() } as RequestInit);
};

const VARIABLES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"];

/** Does the environment name a proxy? Which hosts it is for, the proxy's agent knows. */
export function hasEnvironmentProxy(): boolean {
  return VARIABLES.some((name) => (process.env[name] ?? "") !== "");
}

/** Under which undici, the platform's one and the package, keeps what carries every `fetch`; which name, by version. */
const DISPATCHERS: readonly symbol[] = [1, 2].map((n) => Symbol.for(`undici.globalDispatcher.${n}`));
/** What the platform itself puts there. */
const OWN: readonly string[] = ["Agent", "Dispatcher1Wrapper"];

/** A proxy that was set up for the platform's `fetch` is meant for everybody. */
export function isLedElsewhere(): boolean {
  if (process.env.NODE_USE_ENV_PROXY !== undefined) return true;
  return DISPATCHERS.some((key) => {
    const dispatcher = (globalThis as Record<symbol, object | undefined>)[key];
    return dispatcher !== undefined && !OWN.includes(dispatcher.constructor.name);
  });
}

let agent: { readonly addresses: string; readonly dispatcher: object } | undefined;

/** One agent, which keeps connections, for as long as the addresses stay. */
async function environmentProxy(): Promise<object> {
  const addresses = JSON.stringify(VARIABLES.map((name) => process.env[name]));
  if (agent?.addresses !== addresses) {
    const wrong = VARIABLES.find((name) => (process.env[name] ?? "") !== "" && !URL.canParse(process.env[name] ?? ""));
    if (wrong !== undefined)
      throw new TypeError("fetch failed", { cause: new Error(`Invalid proxy address in ${wrong}`) });
    // Loaded only behind a proxy, and a dependency all the same: who is behind one would otherwise be told to install
    // it by a command that cannot reach the registry either. It has no dependencies of its own.
    const { EnvHttpProxyAgent } = await import("undici");
    agent = { addresses, dispatcher: new EnvHttpProxyAgent() };
  }
  return agent.dispatcher;
}
