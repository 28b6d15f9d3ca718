import type { Me } from "../v2/types.ts";
import { OAuthError } from "./errors.ts";
import type { Challenge } from "./server.ts";
import type { OAuthSession } from "./session.ts";
import type { StringStorage } from "./store.ts";

/** The parts of a page that a login by redirect touches. */
export interface Page {
  readonly location: { readonly href: string; assign(url: string): void };
  readonly history: { replaceState(data: unknown, unused: string, url: string): void };
  readonly sessionStorage: StringStorage;
}

const KEY = "isic.login";

/** Leaves the page for the archive's login. The user comes back to `redirectUri`, by default this very page. */
export async function loginByRedirect(
  session: OAuthSession,
  redirectUri?: string,
  page: Page = globalThis as unknown as Page,
): Promise<void> {
  const here = new URL(page.location.href);
  const { url, challenge } = await session.begin(redirectUri ?? here.origin + here.pathname);
  page.sessionStorage.setItem(KEY, JSON.stringify(challenge));
  page.location.assign(url.href);
}

/**
 * To be called when the page loads: ends a login if this load is its answer, and takes code and state out of the
 * address. Undefined when no login was going on.
 *
 * @throws OAuthError when the answer belongs to another login, or the user said no.
 */
export async function finishRedirect(
  session: OAuthSession,
  page: Page = globalThis as unknown as Page,
): Promise<Me | undefined> {
  const here = new URL(page.location.href);
  const isAnswer = here.searchParams.has("state") && (here.searchParams.has("code") || here.searchParams.has("error"));
  if (!isAnswer) return undefined;
  const stored = page.sessionStorage.getItem(KEY);
  page.sessionStorage.removeItem(KEY);
  const callback = new URL(here);
  for (const name of ["code", "state", "error", "error_description"]) here.searchParams.delete(name);
  page.history.replaceState(null, "", here.href);
  if (stored === null) {
    throw new OAuthError("mismatch", "no login was begun in this tab", { endpoint: "GET oauth/authorize/" });
  }
  return await session.finish(callback, JSON.parse(stored) as Challenge);
}
