import { accountPart, cacheKey } from "@isic/cache";
import { ArgumentError } from "../errors.ts";

/** An account as cache keys and folders name it. */
export interface AccountNames {
  readonly account: string;
  readonly formerNames: readonly string[];
}

/**
 * The name of somebody who is logged in: never a guest's, whose keys others read.
 *
 * @param name what the server calls the account; passed over where it is too long for a key, or no text
 * @param others what earlier versions called it
 * @throws ArgumentError where the server does not say who it is
 */
export function accountOf(name: string | undefined, others: readonly (string | undefined)[]): AccountNames {
  const [own, ...rest] = [name, ...others].filter(fitsKeys);
  if (own === undefined)
    throw new ArgumentError("the server does not say who is logged in: connect as a guest, or with `cache: false`");
  const account = accountPart(own);
  const former = new Set(rest.map((each) => accountPart(each)));
  former.delete(account);
  return { account, formerNames: [...former] };
}

/** Can it be a part of a cache key? A hostile server's names have any length. */
function fitsKeys(name: string | undefined): name is string {
  if (typeof name !== "string" || name === "") return false;
  try {
    cacheKey([accountPart(name)]);
    return true;
  } catch {
    return false;
  }
}
