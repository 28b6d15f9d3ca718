import { describe, expect, test } from "vitest";
import {
  accuracy,
  aucAboveSensitivity,
  averagePrecision,
  balancedAccuracy,
  type Confusion,
  decide,
  diceCoefficient,
  jaccardIndex,
  type Metrics,
  maskConfusion,
  negativePredictiveValue,
  partialAuc,
  precision,
  rocAuc,
  sensitivity,
  specificity,
  specificityAtSensitivity,
  thresholdJaccard,
  valueConfusion,
} from "../src/index.ts";
import { resizedConfusion } from "../src/metrics/confusion.ts";
import { mask } from "./drawn.ts";
import { differences, golden } from "./golden/golden.ts";

function twoClass(matrix: Confusion): Metrics {
  return {
    accuracy: accuracy(matrix),
    sensitivity: sensitivity(matrix),
    specificity: specificity(matrix),
    precision: precision(matrix),
    negativePredictiveValue: negativePredictiveValue(matrix),
    jaccard: jaccardIndex(matrix),
    thresholdJaccard: thresholdJaccard(matrix),
    dice: diceCoefficient(matrix),
  };
}

describe("200 seeded cases, against scikit-learn and numpy to 1e-12", () => {
  test("there are as many, with ties, one class only, and empty masks", () => {
    expect(golden.ranking.length + golden.masks.length + golden.classes.length).toBe(200);
    expect(golden.ranking.filter(({ scores }) => new Set(scores).size < scores.length).length).toBeGreaterThan(30);
    expect(golden.ranking.filter(({ expected }) => expected.auc === null).length).toBeGreaterThan(10);
    expect(golden.ranking.filter(({ expected }) => expected.averagePrecision === null).length).toBeGreaterThan(5);
    expect(golden.masks.filter(({ expected }) => expected.jaccard === null).length).toBeGreaterThan(0);
    expect(golden.masks.filter(({ expected }) => expected.sensitivity === null).length).toBeGreaterThan(5);
    expect(golden.classes.filter(({ classes, truth }) => new Set(truth).size < classes).length).toBeGreaterThan(30);
  });

  test.each(golden.ranking.map((each, i) => [i, each] as const))(
    "ranking %i",
    (_, { truth, scores, weights, expected }) => {
      const actual: Metrics = {
        ...twoClass(valueConfusion(truth, scores, weights)),
        averagePrecision: averagePrecision(truth, scores, weights),
        auc: rocAuc(truth, scores, weights),
        partialAuc: partialAuc(truth, scores, 0.8, weights),
        aucAbove80Sensitivity: aucAboveSensitivity(truth, scores, 0.8, weights),
        specificityAt82: specificityAtSensitivity(truth, scores, 0.82),
        specificityAt89: specificityAtSensitivity(truth, scores, 0.89),
        specificityAt95: specificityAtSensitivity(truth, scores, 0.95),
        specificityAt98: specificityAtSensitivity(truth, scores, 0.98),
        specificityAt99: specificityAtSensitivity(truth, scores, 0.99),
      };
      expect(differences(actual, expected)).toEqual([]);
    },
  );

  test.each(golden.masks.map((each, i) => [i, each] as const))(
    "masks %i",
    (_, { truth, prediction, expected, resized }) => {
      expect(differences(twoClass(maskConfusion(mask(truth), mask(prediction))), expected)).toEqual([]);
      const big = resizedConfusion(mask(truth), mask(prediction), 512);
      expect([big.truePositive, big.trueNegative, big.falsePositive, big.falseNegative]).toEqual(resized);
    },
  );

  test.each(golden.classes.map((each, i) => [i, each] as const))(
    "classes %i",
    (_, { classes, truth, rows, weights, expected }) => {
      const actual = balancedAccuracy(truth, decide(rows.flat(), classes), classes, weights);
      expect(differences({ balancedAccuracy: actual }, { balancedAccuracy: expected })).toEqual([]);
    },
  );
});

describe("what is no number is refused", () => {
  const truth = [0, 1, 1];
  test.each([
    ["averagePrecision", (scores: number[]) => averagePrecision(truth, scores)],
    ["rocAuc", (scores: number[]) => rocAuc(truth, scores)],
    ["partialAuc", (scores: number[]) => partialAuc(truth, scores)],
    ["aucAboveSensitivity", (scores: number[]) => aucAboveSensitivity(truth, scores)],
    ["specificityAtSensitivity", (scores: number[]) => specificityAtSensitivity(truth, scores, 0.9)],
    ["valueConfusion", (scores: number[]) => valueConfusion(truth, scores)],
    ["balancedAccuracy", (scores: number[]) => balancedAccuracy(truth, scores, 2)],
  ])("%s", (_, score) => {
    expect(() => score([0.1, Number.NaN, 0.3])).toThrow(RangeError);
    expect(() => score([0.1, Number.POSITIVE_INFINITY, 0.3])).toThrow(RangeError);
    expect(() => score([0.1, 0.2])).toThrow(/3, got 2/);
    expect(() => score([0.1, 0.2, 0.3])).not.toThrow();
  });

  test("a truth between 0 and 1, a weight below 0", () => {
    expect(() => rocAuc([0, 0.5, 1], [0, 1, 1])).toThrow(/0 or 1 in truth, got 0.5 at 1/);
    expect(() => rocAuc([0, 1], [0, 1], [1, -1])).toThrow(/weights from 0/);
    expect(() => maskConfusion(mask("01"), mask("0/1"))).toThrow(/one size, got 2 x 1 and 1 x 2/);
  });
});
