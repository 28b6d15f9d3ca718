import type { MetricName, Metrics, TaskName } from "../../src/index.ts";
import json from "./golden.json" with { type: "json" };

/** What `make-golden.py` wrote. */
export interface Golden {
  readonly ranking: readonly {
    readonly truth: readonly number[];
    readonly scores: readonly number[];
    readonly weights?: readonly number[];
    readonly expected: Metrics;
  }[];
  readonly masks: readonly {
    readonly truth: string;
    readonly prediction: string;
    readonly expected: Metrics;
    readonly resized: readonly [truePositive: number, trueNegative: number, falsePositive: number, falseNegative: number];
  }[];
  readonly classes: readonly {
    readonly classes: number;
    readonly truth: readonly number[];
    readonly rows: readonly (readonly number[])[];
    readonly weights?: readonly number[];
    readonly expected: number | null;
  }[];
  readonly tasks: readonly GoldenTask[];
}

export interface GoldenTask {
  readonly task: TaskName;
  readonly groups: { readonly [group: string]: Metrics };
  readonly perImage?: readonly Metrics[];
  /** By image, or image and feature: truth and prediction. */
  readonly masks?: { readonly [item: string]: readonly [string, string] };
  readonly arrays?: { readonly [image: string]: readonly [Arrays, Arrays] };
  readonly truth?: readonly (readonly number[])[];
  readonly prediction?: readonly (readonly number[])[];
  readonly weights?: readonly number[];
}

export interface Arrays {
  readonly [feature: string]: readonly number[];
}

export const golden: Golden = json as unknown as Golden;

/** The metrics that differ by more than 1e-12, or are null on one side only, with both values. */
export function differences(actual: Metrics, expected: Metrics): readonly string[] {
  return (Object.keys(expected) as MetricName[]).flatMap((name) => {
    const [a, b] = [actual[name], expected[name]];
    const isSame = typeof a === "number" && typeof b === "number" ? Math.abs(a - b) <= 1e-12 : a === b;
    return isSame ? [] : [`${name}: ${a}, expected ${b}`];
  });
}
