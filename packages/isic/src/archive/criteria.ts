import type { Criteria, Criterion } from "@isic/select";

/** The paths that criteria look at. */
export function pathsOf(criteria: Criteria): string[] {
  const paths = new Set<string>();
  mapCriteria(criteria, (criterion) => {
    paths.add(criterion[0]);
    return criterion;
  });
  return [...paths];
}

/** The same criteria with each single one changed. */
export function mapCriteria(criteria: Criteria, change: (criterion: Criterion) => Criterion): Criteria {
  if (isCriterion(criteria)) return change(criteria);
  if (Array.isArray(criteria)) return (criteria as readonly Criteria[]).map((part) => mapCriteria(part, change));
  const { and, or, not } = (criteria ?? {}) as { and?: readonly Criteria[]; or?: readonly Criteria[]; not?: Criteria };
  if (Array.isArray(and)) return { and: and.map((part) => mapCriteria(part, change)) };
  if (Array.isArray(or)) return { or: or.map((part) => mapCriteria(part, change)) };
  if (not !== undefined) return { not: mapCriteria(not, change) };
  // Not criteria at all: createPredicate says what is wrong, and where.
  return criteria;
}

/** Do all images meet these criteria? */
export function saysNothing(criteria: Criteria): boolean {
  return Array.isArray(criteria) && criteria.length === 0;
}

/** The texts of which one must be at a path for the criteria to hold; nothing where they do not say so. */
export function textsAt(criteria: Criteria, path: string): readonly string[] | undefined {
  for (const [where, operator, value] of conjunctionOf(criteria)) {
    if (where !== path) continue;
    const values: unknown = operator === "==" ? [value] : operator === "in" ? value : undefined;
    if (Array.isArray(values) && values.every((each) => typeof each === "string")) return [...new Set(values)];
  }
  return undefined;
}

/** The single criteria of which every one must hold. */
function conjunctionOf(criteria: Criteria): Criterion[] {
  if (isCriterion(criteria)) return [criteria];
  if (Array.isArray(criteria)) return (criteria as readonly Criteria[]).flatMap(conjunctionOf);
  return "and" in criteria ? criteria.and.flatMap(conjunctionOf) : [];
}

function isCriterion(criteria: Criteria): criteria is Criterion {
  return Array.isArray(criteria) && typeof criteria[0] === "string";
}
