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
 * @param name what the server calls the account
 * @param others what earlier versions called it
 * @throws ArgumentError where the server does not say who it is
 */
export function accountOf(name: string | undefined, others: readonly (string | undefined)[]): AccountNames {
  const [own, ...rest] = [name, ...others].filter((each) => each !== undefined).filter(isName);
  if (own === undefined)
    throw new ArgumentError("the server does not say who is logged in: connect as a guest, or with `cache: false`");
  const account = accountPart(own);
  const former = new Set(rest.map((each) => accountPart(each)));
  former.delete(account);
  return { account, formerNames: [...former] };
}

/** A server may call somebody anything; what is no part of a key names nobody. */
function isName(text: string): boolean {
  try {
    return cacheKey([text]) !== "";
  } catch {
    return false;
  }
}
