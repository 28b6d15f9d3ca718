import { describe, expect, test } from "vitest";
import { type FaultKind, faultKinds } from "../src/index.ts";
import { Kit } from "./archive-kit.ts";

async function outcome(kit: Kit, kind: FaultKind, url: string): Promise<string> {
  kit.archive.failNext(kind);
  const leave = new AbortController();
  try {
    const answer = await kit.send(url, { signal: leave.signal });
    const body = answer.arrayBuffer();
    const winner = await Promise.race([body, new Promise((resolve) => setTimeout(() => resolve("waiting"), 30))]);
    if (winner === "waiting") {
      leave.abort(new Error("left"));
      return `${answer.status} stalls, ${await body.then(
        () => "ends",
        () => "is left",
      )}`;
    }
    const promised = Number(answer.headers.get("content-length"));
    const type = (answer.headers.get("content-type") ?? "").split(";")[0];
    const length = (winner as ArrayBuffer).byteLength;
    return `${answer.status} ${type} ${length < promised ? "short" : "whole"}`;
  } catch (error) {
    // Browsers say "Failed to fetch" for every kind of loss; Firefox calls a body that broke off "aborted".
    const isLost = error instanceof TypeError || (error instanceof DOMException && error.name === "AbortError");
    return isLost && !leave.signal.aborted ? "lost" : String(error);
  }
}

describe("faults", () => {
  const kit = new Kit({ images: 10, faults: { rate: 0, slowMs: 5 } });
  const expected: Record<FaultKind, string> = {
    "429": "429 text/html whole",
    "429-retry-after": "429 text/html whole",
    "500": "500 text/html whole",
    "502": "502 text/html whole",
    "503": "503 text/html whole",
    "504": "504 text/html whole",
    dropped: "lost",
    reset: "lost",
    stall: "200 stalls, is left",
    truncated: "200 application/json whole",
    html: "200 text/html whole",
    "wrong-length": "200 application/json short",
    slow: "503 text/html whole",
  };

  test.each(faultKinds)("%s on JSON", async (kind) => {
    expect(await outcome(kit, kind, `${kit.archive.v2Url}images/`)).toBe(expected[kind]);
  });

  test("truncated JSON cannot be parsed; a truncated file is a lost connection", async () => {
    kit.archive.failNext("truncated");
    const text = await (await kit.v2("images/")).text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(await outcome(kit, "truncated", `${kit.archive.fileOrigin}/images/ISIC_0000000.jpg`)).toBe("lost");
  });

  test("a plan fails its share of the requests it is for, the same ones each time", async () => {
    const plan = {
      rate: 0.3,
      kinds: ["503", "html"] as const,
      only: (request: Request) => request.url.includes("/api/v2/"),
    };
    const run = async () => {
      kit.archive.useFaults(plan);
      const seen: string[] = [];
      for (let i = 0; i < 100; i++) {
        const answer = await kit.v2("images/?limit=1");
        seen.push(`${answer.status} ${answer.headers.get("content-type")}`);
        expect((await kit.v1("user/me")).status).toBe(200);
      }
      kit.archive.useFaults(undefined);
      return seen;
    };
    const first = await run();
    const failed = first.filter((line) => line !== "200 application/json; charset=utf-8").length;
    expect(failed).toBeGreaterThan(15);
    expect(failed).toBeLessThan(45);
    expect(await run()).toEqual(first);
  });

  test("failNext fails as often as told, and only what it is for; everything is counted", async () => {
    const before = kit.archive.counts.requests;
    kit.archive.failNext("502", { times: 2, only: (request) => request.url.endsWith("users/me/") });
    const statuses = [];
    for (const path of ["images/", "users/me/", "users/me/", "users/me/"]) statuses.push((await kit.v2(path)).status);
    expect(statuses).toEqual([200, 502, 502, 401]);
    expect(kit.archive.counts.requests - before).toBe(4);
    expect(kit.archive.counts.faults.get("502")).toBeGreaterThanOrEqual(2);
  });

  test("a rate outside 0 to 1 is refused", () => {
    expect(() => kit.archive.useFaults({ rate: 2 })).toThrow(new RangeError("faults.rate: expected 0 to 1, got 2"));
  });
});
