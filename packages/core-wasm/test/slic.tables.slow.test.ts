import { expect, test } from "vitest";
import { hashOfLight } from "./kit/tables.ts";

test("all 32,896 tables of linear light have the same bits in Node and in Chromium", async () => {
  expect(await hashOfLight(1)).toEqual([32_896, "04440d2134817de7c19b5fa74c475d6d650584692172b62c4d37721014869f33"]);
});
