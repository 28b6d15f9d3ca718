import * as z from "zod/mini";
import type { Schema } from "./validate.ts";

/** A known word, or a new one: the archive's vocabularies grow. */
export type Open<Known extends string> = Known | (string & {});

/** A string, typed as an open vocabulary. */
export function open<Known extends string>(): z.ZodMiniType<Open<Known>, string> {
  return z.string() as unknown as z.ZodMiniType<Open<Known>, string>;
}

/** A decimal that the server sends as text (`"5.10"`) and that is handed on as a number. */
export function decimal(): z.ZodMiniType<number, string | number> {
  return z.pipe(
    z.union([z.number(), z.string().check(z.regex(/^-?\d+(\.\d+)?$/))]),
    z.transform((value: string | number) => Number(value)),
  );
}

/** A key that may be missing, and then is missing in the result too. */
export function maybe<T extends z.ZodMiniType>(schema: T): z.ZodMiniExactOptional<T> {
  return z.exactOptional(schema);
}

/** A key that may be missing or null: the v1 server does both for nearly every field. */
export function unsure<T extends z.ZodMiniType>(schema: T): z.ZodMiniExactOptional<z.ZodMiniNullable<T>> {
  return z.exactOptional(z.nullable(schema));
}

/** The first of a list of one, which a stray comma in the server makes of a value, or the value itself. */
export function maybeInList<T>(schema: Schema<T> & z.ZodMiniType<T>): z.ZodMiniType<T> {
  return z.pipe(
    z.union([schema, z.tuple([schema])]),
    z.transform((value: T | [T]) => (Array.isArray(value) ? (value[0] as T) : value)),
  ) as unknown as z.ZodMiniType<T>;
}
