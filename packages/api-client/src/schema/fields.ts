import * as z from "zod/mini";

/** A known word, or a new one: the archive's vocabularies grow. */
export type Open<Known extends string> = Known | (string & {});

/** A string, typed as an open vocabulary. */
export function open<Known extends string>(): z.ZodMiniType<Open<Known>, string> {
  return z.string() as unknown as z.ZodMiniType<Open<Known>, string>;
}

/**
 * A value that passes a test of ours. One such transform takes less of a page than the unions, checks and literals
 * that say the same.
 */
export function tested<T>(expected: string, passes: (value: unknown) => boolean): z.ZodMiniType<T> {
  const schema = z.transform((value: unknown, payload) => {
    if (!passes(value)) payload.issues.push({ code: "invalid_type", expected, input: value } as never);
    return value;
  });
  return schema as unknown as z.ZodMiniType<T>;
}

/** A decimal that the server sends as text (`"5.10"`) and that is handed on as a number. */
export function decimal(): z.ZodMiniType<number, string | number> {
  const text = tested<string | number>(
    "a decimal number",
    (value) => typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)),
  );
  return z.pipe(text, z.transform(Number)) as unknown as z.ZodMiniType<number, string | number>;
}

/** Values of one kind by names that are not known beforehand. */
export function dictionary<T extends z.ZodMiniType>(values: T): z.ZodMiniType<Record<string, z.output<T>>> {
  return z.catchall(z.object({}), values) as unknown as z.ZodMiniType<Record<string, z.output<T>>>;
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
export function maybeInList<T>(schema: z.ZodMiniType<T>): z.ZodMiniType<T> {
  const first = z.transform((value: unknown, payload) =>
    within(schema, Array.isArray(value) && value.length === 1 ? value[0] : value, payload, []),
  );
  return first as unknown as z.ZodMiniType<T>;
}

interface Payload {
  readonly issues: unknown[];
}

/** Runs a schema inside a transform: what it finds, it finds below `path`. */
function within(schema: z.ZodMiniType, value: unknown, { issues }: Payload, path: readonly PropertyKey[]): unknown {
  const result = schema._zod.run({ value, issues: [] }, { async: false });
  if (result instanceof Promise) throw new TypeError("Expected a schema that is checked at once.");
  for (const issue of result.issues) issues.push({ ...issue, path: [...path, ...(issue.path ?? [])] });
  return result.value;
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
      const result = within(field, value, payload, [key]);
      if (result !== value) record[key] = result;
    }
    return record;
  });
  return z.pipe(z.looseObject({}), check) as unknown as Sparse<S>;
}

/** What `looseObject` of these fields, each of which may be missing, would be. */
type Sparse<S extends Shape> = z.ZodMiniType<{ [key: string]: unknown } & { [K in keyof S]?: z.output<S[K]> }>;
