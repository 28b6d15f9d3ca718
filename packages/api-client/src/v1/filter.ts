/** A field by its path in the database: `meta.clinical.sex`, `meta.tags`, `meta.datasetId`, `name`. */
export interface FilterField {
  readonly identifier: string;
  /** Only `objectid` (for ids) and `boolean` change anything, and only with `in` and `not in`. */
  readonly type?: "objectid" | "boolean" | "string" | "number" | "integer" | "date" | null;
}

/** What a field is compared with; an empty list is a value too (of `meta.tags`). */
export type FilterValue = string | number | boolean | null | readonly never[];

/** What the server reads as `filter`. `"__null__"` inside a list means null or missing. */
export type Filter =
  | { readonly operator: "and" | "or"; readonly operands: readonly [Filter, Filter] }
  | { readonly operator: "not"; readonly operands: Filter }
  | { readonly operator: "in" | "not in"; readonly operands: readonly [FilterField, readonly FilterValue[]] }
  | { readonly operator: "=" | "!=" | "<" | "<=" | ">" | ">="; readonly operands: readonly [FilterField, FilterValue] };

/**
 * The filter as the server takes it. A tree it would choke on (500) or silently match nothing with is refused here.
 *
 * @throws TypeError for a node without operator, with the wrong number of operands, or with `objectid` outside of lists.
 */
export function filterText(filter: Filter): string {
  check(filter, "filter");
  return JSON.stringify(filter);
}

function check(node: Filter, at: string): void {
  const { operator, operands } = (node ?? {}) as { operator?: unknown; operands?: unknown };
  switch (operator) {
    case "not":
      check(operands as Filter, `${at}.operands`);
      return;
    case "and":
    case "or":
      if (!Array.isArray(operands) || operands.length !== 2) throw wrong(at, "two operands");
      check(operands[0], `${at}.operands[0]`);
      check(operands[1], `${at}.operands[1]`);
      return;
    case "in":
    case "not in":
      checkField(operands, at);
      if (!Array.isArray((operands as unknown[])[1])) throw wrong(at, "a list as its second operand");
      return;
    case "=":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      checkField(operands, at);
      if (["objectid", "boolean"].includes(String((operands as [FilterField])[0].type))) {
        throw wrong(at, '"in" with a list, for this type');
      }
      return;
    default:
      throw wrong(at, "an operator of the server's");
  }
}

function checkField(operands: unknown, at: string): void {
  const field = Array.isArray(operands) && operands.length === 2 ? (operands[0] as FilterField) : undefined;
  if (typeof field?.identifier !== "string" || field.identifier === "") throw wrong(at, "a field and a value");
}

function wrong(at: string, expected: string): TypeError {
  return new TypeError(`${at}: expected ${expected}.`);
}
