import type { UserRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { ApiError, unauthorized } from "./respond.ts";

/** One request to v2, with who asks. */
export interface Context {
  readonly request: Request;
  readonly url: URL;
  readonly state: ArchiveState;
  readonly user: UserRecord | undefined;
  readonly path: readonly string[];
}

export function requireUser(context: Context): UserRecord {
  if (context.user === undefined) throw unauthorized();
  return context.user;
}

/** Staff only; everybody else is "Unauthorized", logged in or not. */
export function requireStaff(context: Context): UserRecord {
  if (context.user?.admin !== true) throw unauthorized();
  return context.user;
}

export async function jsonBody(context: Context): Promise<{ readonly [key: string]: unknown }> {
  try {
    const body: unknown = JSON.parse(await context.request.text());
    if (typeof body === "object" && body !== null && !Array.isArray(body))
      return body as { readonly [key: string]: unknown };
  } catch {
    // said below
  }
  throw new ApiError(400, { detail: "Cannot parse request body" });
}

/** A record in the words of the API. */
export type View = { readonly [key: string]: unknown };
