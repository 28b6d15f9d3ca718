import type { Me } from "../v2/types.ts";
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
 * address. Undefined when no login was going on, and for a `code` that somebody else asked for: it is left alone.
 *
 * @throws OAuthError when the user said no, or the server does not take the code.
 */
export async function finishRedirect(
  session: OAuthSession,
  page: Page = globalThis as unknown as Page,
): Promise<Me | undefined> {
  const here = new URL(page.location.href);
  const { searchParams } = here;
  if (!searchParams.has("state") || !(searchParams.has("code") || searchParams.has("error"))) return undefined;
  const challenge = challengeIn(page.sessionStorage.getItem(KEY));
  if (challenge === undefined || challenge.state !== searchParams.get("state")) return undefined;
  page.sessionStorage.removeItem(KEY);
  const callback = new URL(here);
  for (const name of ["code", "state", "error", "error_description"]) searchParams.delete(name);
  page.history.replaceState(null, "", here.href);
  return await session.finish(callback, challenge);
}

/** Any script of the page can write there. */
function challengeIn(text: string | null): Challenge | undefined {
  try {
    const { state, verifier, redirectUri } = JSON.parse(text ?? "null") as Partial<Challenge>;
    if (typeof state !== "string" || typeof verifier !== "string" || typeof redirectUri !== "string") return undefined;
    return { state, verifier, redirectUri };
  } catch {
    return undefined;
  }
}
