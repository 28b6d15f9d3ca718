import { accountPart } from "@isic/cache";
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
  const [own = name, ...rest] = [name, ...others].filter((each) => each !== undefined && each !== "");
  if (own === undefined || own === "")
    throw new ArgumentError("the server does not say who is logged in: connect as a guest, or with `cache: false`");
  const account = accountPart(own);
  const former = new Set(rest.filter((each): each is string => each !== undefined).map((each) => accountPart(each)));
  former.delete(account);
  return { account, formerNames: [...former] };
}
