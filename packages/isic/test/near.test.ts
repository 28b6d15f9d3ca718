import { expect, test } from "vitest";
import { nearImageNames, nearMatches } from "../src/selection/near.ts";

const NAMES = ["ISIC_0000000", "ISIC_0000001", "UDA-1", "ISBI 2016: 100 Lesion Classification", "SONIC"];

test.each([
  ["isic_0000000", "ISIC_0000000"],
  ["ISIC_000000", "ISIC_0000000"],
  ["uda-1", "UDA-1"],
  ["UDA-2", "UDA-1"],
  ["100 Lesion", "ISBI 2016: 100 Lesion Classification"],
  ["SONlC", "SONIC"],
])("%s is near %s", (wanted, near) => {
  expect(nearMatches(wanted, NAMES)[0]).toBe(near);
});

test("nothing is near nonsense, and never more than three are named", () => {
  expect(nearMatches("melanoma", NAMES)).toEqual([]);
  expect(
    nearMatches(
      "ISIC_000000",
      Array.from({ length: 10 }, (_, i) => `ISIC_000000${i}`),
    ),
  ).toHaveLength(3);
});

test.each(["isic_42", "ISIC 0000042", "ISIC_42.jpg", "isic-0000042"])("%s means ISIC_0000042", (wanted) => {
  expect(nearImageNames(wanted, [])).toEqual(["ISIC_0000042"]);
});

test("a well-formed name that nobody has is near nothing", () => {
  expect(nearImageNames("ISIC_9999999", [])).toEqual([]);
});
