import { checkOptions } from "../schema/options.ts";
import { AbortError } from "../transport/errors.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Me } from "../v2/types.ts";
import { OAuthError } from "./errors.ts";
import type { OAuthSession } from "./session.ts";

/** How the user is led through a login with a pasted code. */
export interface CodeLoginOptions extends CallOptions {
  /** Shows the user where to log in: print it, or open a browser. */
  readonly onUrl: (url: string) => void | Promise<void>;
  /** Asks the user for the code that the archive's page shows in the end. */
  readonly askCode: () => string | Promise<string>;
}

/** The redirect with which the archive shows the code instead of leading anywhere. */
const OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob";

/**
 * Logs in where no browser can come back to this program (another machine, a container): the archive shows a code,
 * and the user pastes it. The application must be registered with the redirect `urn:ietf:wg:oauth:2.0:oob`.
 *
 * @throws OAuthError when no code comes, or the server does not take it; AbortError by the signal.
 */
export async function loginByCode(session: OAuthSession, options: CodeLoginOptions): Promise<Me> {
  checkOptions("loginByCode", options, ["signal", "onUrl", "askCode"]);
  const { onUrl, askCode, signal } = options;
  const where = { endpoint: "GET oauth/authorize/" };
  if (signal?.aborted) throw new AbortError(where, signal.reason);
  const { url, challenge } = await session.begin(OUT_OF_BAND);
  await onUrl(url.href);
  const code = (await askCode()).trim();
  if (signal?.aborted) throw new AbortError(where, signal.reason);
  if (code === "") throw new OAuthError("refused", "no code was given", where);
  const callback = new URL(OUT_OF_BAND);
  // The code came through the user's own hands: whose login it ends is not in question.
  callback.search = new URLSearchParams({ code, state: challenge.state }).toString();
  return await session.finish(callback, challenge);
}
