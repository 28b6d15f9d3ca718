import type { MetricName, Metrics } from "../metrics/names.ts";
import type { Undefined } from "../tasks/tasks.ts";

/** Areas and precisions have no agreed value where they are undefined; the scorers stopped there. */
const NEVER_COUNTED: readonly MetricName[] = [
  "auc",
  "aucAbove80Sensitivity",
  "averagePrecision",
  "partialAuc",
  "balancedAccuracy",
];

/** The mean of each metric; an undefined value is left out or counted as 1, as the year's scorer does. */
export function meanOf(all: readonly Metrics[], undefinedIs: Undefined): Metrics {
  const names = Object.keys(all[0] ?? {}) as MetricName[];
  return Object.fromEntries(
    names.map((name) => {
      const filler = undefinedIs === "counted as 1" && !NEVER_COUNTED.includes(name) ? 1 : null;
      const values = all.map((metrics) => metrics[name] ?? filler).filter((value) => value !== null);
      return [name, values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
}
