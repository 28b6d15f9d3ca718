import { expect, it } from "vitest";
import { isOneSlip } from "../src/one-slip.ts";

it.each([
  ["lable", "label", true],
  ["labell", "label", true],
  ["labe", "label", true],
  ["Label", "label", true],
  ["lubel", "label", true],
  ["label", "label", true],
  ["lalbe", "label", false],
  ["library", "label", false],
  ["", "id", false],
  ["aa", "aaa", true],
])("%s for %s: %s", (a, b, is) => {
  expect(isOneSlip(a, b)).toBe(is);
  expect(isOneSlip(b, a)).toBe(is);
});
