import { expect, inject, test } from "vitest";
import { thousandsOfRequests } from "./support/thousands.ts";

test("10 000 requests with 10 % faults of every kind: everything complete, at most 1.3 x the requests", async () => {
  const { url } = inject("faultServer");
  expect(new URL(url).origin).not.toBe(location.origin);
  await thousandsOfRequests("Chromium", url);
});
