import type { UserRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";

/** An answer of v1 that is not 200: its status and the JSON body. */
export class GirderError extends Error {
  readonly status: number;
  readonly body: { readonly [key: string]: string };
  constructor(status: number, body: { readonly [key: string]: string }) {
    super(body.message);
    this.name = "GirderError";
    this.status = status;
    this.body = body;
  }
}

/** What the real code answers with "An unexpected error occurred": thrown by us where Python would raise. */
export class InternalError extends Error {}

/** The server's own mistake: HTML under a JSON type. */
export class MalformedStatusError extends Error {}

export function restError(message: string, status = 400): GirderError {
  return new GirderError(status, { message, type: "rest" });
}

export function validationError(message: string, field?: string): GirderError {
  return new GirderError(400, { ...(field === undefined ? undefined : { field }), message, type: "validation" });
}

/** 401 without a user, 403 with one: whatever the object is. */
export function accessError(user: UserRecord | undefined, message: string): GirderError {
  return new GirderError(user === undefined ? 401 : 403, { message, type: "access" });
}

/** `what` names the owner of the access list, not the object that was asked for. */
export function denied(user: UserRecord | undefined, level: "Read" | "Write" | "Admin", what: string): GirderError {
  return accessError(user, `${level} access denied for ${what} (user ${user?.id ?? "None"}).`);
}

/** A file that should be there: the real server falls over, a folder says that it has none. */
export function lost({ state }: { readonly state: ArchiveState }, what: string): Error {
  return state.source.partial === true ? restError(`This image has no ${what} here.`, 404) : new InternalError(what);
}
