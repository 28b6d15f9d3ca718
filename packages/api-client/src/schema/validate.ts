import type { $ZodIssue, $ZodType } from "zod/v4/core";
import { safeParse } from "zod/v4/core";
import { ValidationError, type Where } from "../transport/errors.ts";
import { isDeeper } from "../transport/json-excess.ts";
import type { Warning } from "../transport/options.ts";

/** A zod schema whose output is `T`. */
export type Schema<T> = $ZodType<T>;

const EXCERPT = 200;
/** Fields of logins: what is wrong in them is never repeated. */
const SECRET = /token|secret|password/i;
const DEEPEST = 200;

/** The value as the schema makes it; otherwise a ValidationError, or a warning and the value as it came. */
export function validate<T>(
  schema: Schema<T>,
  value: unknown,
  path: string,
  where: Where,
  onInvalid: ((warning: Warning) => void) | undefined,
): T {
  const result = safeParse(schema, value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const at = path + pathText(issue?.path ?? [], path === "");
  const isSecret = (issue?.path ?? []).some((key) => SECRET.test(String(key)));
  const found = isSecret ? "something that is not shown" : excerptOf(valueAt(value, issue?.path ?? []));
  const error = new ValidationError(at, found, problemOf(issue), where, { cause: result.error });
  if (onInvalid === undefined) throw error;
  onInvalid({ type: "validation", message: error.message, error, record: value });
  return value as T;
}

function problemOf(issue: $ZodIssue | undefined): string {
  if (issue === undefined) return "unknown";
  if (issue.code === "invalid_type") return `expected ${issue.expected}`;
  return issue.message === "" || issue.message === undefined ? issue.code : issue.message;
}

function pathText(path: readonly PropertyKey[], first: boolean): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else text += text === "" && first ? String(key) : `.${String(key)}`;
  }
  return text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) at = at === null || at === undefined ? undefined : (at as Record<PropertyKey, unknown>)[key];
  return at;
}

function excerptOf(value: unknown): string {
  if (value === undefined) return "nothing";
  // The record of a list that is nested without end is no more to be printed than to be read.
  if (isDeeper(value, DEEPEST)) return "something that is nested deep";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT)}...` : text;
}
