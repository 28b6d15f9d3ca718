/** The metrics that tasks report. All are from 0 to 1, but for `partialAuc` (0 to 0.2). */
export type MetricName =
  | "jaccard"
  | "thresholdJaccard"
  | "dice"
  | "accuracy"
  | "sensitivity"
  | "specificity"
  | "precision"
  | "negativePredictiveValue"
  | "averagePrecision"
  | "auc"
  | "aucAbove80Sensitivity"
  | "partialAuc"
  | "balancedAccuracy"
  | "specificityAt82"
  | "specificityAt89"
  | "specificityAt95"
  | "specificityAt98"
  | "specificityAt99";

/** Values of metrics; null where one is undefined (a sensitivity without positives, say). */
export type Metrics = { readonly [Name in MetricName]?: number | null };
