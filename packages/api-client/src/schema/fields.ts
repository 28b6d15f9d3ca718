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

type Shape = Readonly<Record<string, z.ZodMiniType>>;

/**
 * A loose object of many fields, most of which are missing in most records: only the keys that are there are looked
 * at. The same outcome as `looseObject` of optional fields, at a third of the time (they are most of a record).
 */
export function sparse<S extends Shape>(shape: S): Sparse<S> {
  const fields = new Map(Object.entries(shape));
  const check = z.transform((record: Record<string, unknown>, payload) => {
    for (const [key, value] of Object.entries(record)) {
      const field = fields.get(key);
      if (field === undefined) continue;
      const result = field._zod.run({ value, issues: [] }, { async: false });
      if (result instanceof Promise) throw new TypeError("sparse: expected fields that are checked at once.");
      for (const issue of result.issues) payload.issues.push({ ...issue, path: [key, ...(issue.path ?? [])] } as never);
      if (result.value !== value) record[key] = result.value;
    }
    return record;
  });
  return z.pipe(z.looseObject({}), check) as unknown as Sparse<S>;
}

/** What `looseObject` of these fields, each of which may be missing, would be. */
type Sparse<S extends Shape> = z.ZodMiniType<{ [key: string]: unknown } & { [K in keyof S]?: z.output<S[K]> }>;
