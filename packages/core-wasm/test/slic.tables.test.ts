// The tables that a computation starts from have the same bits in every engine: this runs in Node and in Chromium.
import { describe, expect, test } from "vitest";
import { exp, power } from "../src/slic/exact.ts";
import { gaussian } from "../src/slic/plan.ts";
import reference from "./golden/exact_reference.json" with { type: "json" };
import { sha256 } from "./kit/sha256.ts";
import { hashOfLight } from "./kit/tables.ts";

describe("tables", () => {
  test("of linear light, for a tenth of the darkest and brightest bytes there can be (the slow suite has all)", async () => {
    expect(await hashOfLight(15)).toEqual([2313, "158588ba01f4462db09bbc9ffaf53c706bc45ed2fc3ae40dc1fd59f1cc72ba77"]);
  });

  test("of the blur, for a thousand widths", async () => {
    const all: number[] = [];
    for (let tenths = 0; tenths <= 1000; tenths++) all.push(...gaussian(tenths / 10));
    expect(await sha256(Float64Array.from(all))).toBe(
      "30fa5c8d3a1191de5cab1d77d5e7d92d444cb12a127a32f4c3ce092f0e61404e",
    );
  });
});

describe("correctly rounded", () => {
  test("power and exp, as 60 digits of Python's decimal say", () => {
    for (const [x, y, expected] of reference.power) expect(power(x!, y!), `${x} ** ${y}`).toBe(expected);
    for (const [x, expected] of reference.exp) expect(exp(x!), `exp(${x})`).toBe(expected);
    expect(reference.power.length + reference.exp.length).toBe(1200);
  });
});
