import type { Fetch, RequestEvent } from "@isic/api-client";
import { httpFetch } from "@isic/api-client/node";
import type { GlobalOptions } from "../commands/options.ts";
import type { Terminal } from "../output/terminal.ts";

/** So long a server may think before somebody wonders. */
const SLOW_ANSWER_MS = 10_000;

/** What a person is told of requests; a server that is silent, or is asked again and again, looks like a hang. */
export interface RequestNotes {
  readonly fetch: Fetch;
  readonly debug: (request: RequestEvent) => void;
}

/** With `--debug` every request; else, once each, that a server takes its time and that it is tried again. */
export function requestNotes({ debug, quiet }: GlobalOptions, { err }: Terminal): RequestNotes {
  if (debug === true) return { fetch: httpFetch, debug: ({ method, url }) => err.line(`> ${method} ${url}`) };
  const said = new Set<string>();
  const sayOnce = (url: string, what: string): void => {
    if (quiet === true || said.has(what)) return;
    said.add(what);
    err.line(`note: ${new URL(url).host} ${what} (Ctrl-C ends it).`);
  };
  return {
    fetch: async (request) => {
      const slow = setTimeout(() => sayOnce(request.url, "has not answered for 10 s; waiting"), SLOW_ANSWER_MS);
      try {
        return await httpFetch(request);
      } finally {
        clearTimeout(slow);
      }
    },
    debug: ({ attempt, url }) => {
      if (attempt > 0) sayOnce(url, "does not answer as it should; trying again");
    },
  };
}
