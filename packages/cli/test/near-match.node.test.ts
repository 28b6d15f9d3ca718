import { expect, it } from "vitest";
import { isNearMatch } from "../src/commands/near-match.ts";

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
  expect(isNearMatch(a, b)).toBe(is);
  expect(isNearMatch(b, a)).toBe(is);
});
