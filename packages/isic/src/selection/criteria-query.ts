import type { Criteria, Criterion } from "@isic/select";
import { formatQuery, type Query, queryFields, type Term, type TermValue } from "@isic/select/query";

/**
 * The part of criteria (in today's paths) that the server's search language can say: a query that finds at least what
 * the criteria select. Nothing when it can say none of them; the caller then has to look at every record.
 *
 * Only terms joined by AND are made: versions of the server's parser fail on a group inside AND.
 */
export function queryOf(criteria: Criteria): string | undefined {
  const terms = conjunctionOf(criteria).flatMap((criterion) => termOf(criterion) ?? []);
  if (terms.length === 0) return undefined;
  const query: Query = terms.length === 1 ? terms[0]! : { kind: "and", parts: terms };
  try {
    return formatQuery(query);
  } catch (error) {
    // A value that the language has no words for; the criteria themselves may be fine.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The criteria of which every one must hold. */
function conjunctionOf(criteria: Criteria): Criterion[] {
  if (Array.isArray(criteria)) {
    return typeof criteria[0] === "string"
      ? [criteria as unknown as Criterion]
      : (criteria as readonly Criteria[]).flatMap(conjunctionOf);
  }
  return "and" in criteria ? criteria.and.flatMap(conjunctionOf) : [];
}

function termOf([path, operator, operand]: Criterion): Term | undefined {
  const found = [...queryFields()].find(([, field]) => field.path === path && field.answered);
  if (found === undefined) return undefined;
  const [name, { kind }] = found;
  const value = kind === "number" ? numberValue(operator, operand) : plainValue(kind, operator, operand);
  return value && { kind: "term", field: name, negated: false, value };
}

function plainValue(kind: "string" | "boolean", operator: string, operand: unknown): TermValue | undefined {
  if (operator === "exists" || operator === "not is None") return { kind: "any" };
  const isEqual = operator === "==" || (operator === "is" && kind === "boolean");
  if (isEqual && typeof operand === kind) return { kind: "equals", value: operand as string | boolean };
  return undefined;
}

function numberValue(operator: string, operand: unknown): TermValue | undefined {
  if (operator === "exists" || operator === "not is None") return { kind: "any" };
  if (operator === "between" && Array.isArray(operand)) return range(operand[0], operand[1], true);
  if (typeof operand !== "number") return undefined;
  if (operator === "==") return { kind: "equals", value: operand };
  if (operator === ">" || operator === ">=") return range(operand, undefined, operator === ">=");
  if (operator === "<" || operator === "<=") return range(undefined, operand, operator === "<=");
  return undefined;
}

function range(low: unknown, high: unknown, inclusive: boolean): TermValue | undefined {
  const bound = (value: unknown) => (typeof value === "number" ? { value, inclusive } : undefined);
  const [from, to] = [bound(low), bound(high)];
  if (from === undefined && to === undefined) return undefined;
  return { kind: "range", ...(from && { low: from }), ...(to && { high: to }) };
}
