import type { UserRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { GirderError, InternalError, restError, validationError } from "./errors.ts";

/** One request to v1, with who asks and what was asked. */
export class Context {
  readonly request: Request;
  readonly state: ArchiveState;
  readonly user: UserRecord | undefined;
  /** Whom the cookie stands for; only some routes look. */
  readonly url: URL;
  readonly query: URLSearchParams;
  /** Path parameters, decoded. */
  readonly path: { readonly [name: string]: string };

  constructor(
    request: Request,
    url: URL,
    state: ArchiveState,
    user: UserRecord | undefined,
    path: { readonly [name: string]: string },
  ) {
    this.request = request;
    this.url = url;
    this.query = url.searchParams;
    this.state = state;
    this.user = user;
    this.path = path;
  }

  /** A parameter; given twice it is a list, which equals no text. */
  text(name: string): string | undefined {
    const all = this.query.getAll(name);
    return all.length > 1 ? "\u0000" : all[0];
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw restError(`Parameter "${name}" is required.`);
    return value;
  }

  /** `true`, `on`, `1`, `yes` in any case; everything else is false. Given twice, the real code falls over. */
  flag(name: string): boolean {
    if (this.query.getAll(name).length > 1) throw new InternalError(name);
    return ["true", "on", "1", "yes"].includes((this.query.get(name) ?? "").trim().toLowerCase());
  }

  requireUser(): UserRecord {
    if (this.user === undefined) throw new GirderError(401, { message: "You must be logged in.", type: "access" });
    return this.user;
  }

  /** An ObjectId of the path, or v1's complaint about it. */
  id(name = "id"): string {
    const value = this.path[name]!;
    if (!/^[0-9a-fA-F]{24}$/.test(value)) throw validationError(`Invalid ObjectId: ${value}`, "id");
    return value.toLowerCase();
  }

  /** The body as v1 decodes it: a JSON object, or form fields each of which is JSON (numbers stay text). */
  async body(): Promise<{ readonly [key: string]: unknown }> {
    const text = await this.request.text();
    if (!(this.request.headers.get("content-type") ?? "").startsWith("application/json")) {
      const form = new URLSearchParams(text.length > 0 ? text : this.query.toString());
      return Object.fromEntries([...form].map(([key, value]) => [key, formValue(value)]));
    }
    const value = parsed(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw restError("JSON content should be an object at the top level.");
    }
    return value as { readonly [key: string]: unknown };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw restError("Invalid JSON passed in request body.");
  }
}

function formValue(text: string): unknown {
  try {
    return JSON.parse(text, (_, value) => (typeof value === "number" ? String(value) : value));
  } catch {
    return text;
  }
}

/** Page of a list: `limit` 50 unless told, 0 for no limit. */
interface Paging {
  readonly limit: number;
  readonly offset: number;
  readonly sort: string;
  readonly direction: 1 | -1;
}

export function paging(context: Context, sort: string, direction: 1 | -1 = 1): Paging {
  const number = (name: string, otherwise: number) => {
    const text = context.text(name);
    if (text === undefined) return otherwise;
    if (!/^\s*[+-]?\d+\s*$/.test(text)) throw restError("Invalid value for offset, limit, or sortdir parameter.");
    return Number(text);
  };
  const page = {
    limit: number("limit", 50),
    offset: number("offset", 0),
    sort: context.text("sort") ?? sort,
    direction: number("sortdir", direction),
  };
  if (page.direction !== 1 && page.direction !== -1) throw restError("Invalid value for sortdir parameter.");
  return page as Paging;
}

/** `islice(offset, offset + limit)` as the server does it: negative bounds make it fall over. */
export function slice<T>(items: readonly T[], page: Paging): readonly T[] {
  const end = page.limit === 0 ? items.length : page.offset + page.limit;
  if (page.offset < 0 || end < 0) throw new InternalError("negative slice");
  return items.slice(page.offset, Math.max(page.offset, end));
}

/** A parameter that is JSON. */
export function decodeJson(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw validationError("Could not decode JSON: Expecting value: line 1 column 1 (char 0)", field);
  }
}
