import { describe, expect, test } from "vitest";
import { Kit } from "./archive-kit.ts";

describe("long request lines", () => {
  const kit = new Kit({ images: 3 });

  /** A path whose request line has so many bytes. */
  function pathOf(length: number, start: string): string {
    return start + "x".repeat(length - `GET ${start} HTTP/1.1`.length);
  }

  test.each([
    [8192, "/api/v2/images/?page=", 200],
    [8193, "/api/v2/images/?page=", 400],
    [8193, "/oauth/authorize/?page=", 400],
    [8193, "/nothing/", 400],
    [20_480, "/api/v1/image?page=", 200],
    [20_481, "/api/v1/image?page=", 414],
  ])("%i bytes of %s...: %i", async (length, start, status) => {
    const answer = await kit.send(kit.archive.origin + pathOf(length, start));
    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.headers.get("content-type")).toBe("text/html");
  });

  test("about 300 ids fit into a search, 400 do not, and a body may be of any length", async () => {
    const ids = (count: number) =>
      Array.from({ length: count }, (_, i) => `isic_id:ISIC_${String(i).padStart(7, "0")}`).join(" OR ");
    const search = (count: number) => kit.v2(`images/search/?query=${encodeURIComponent(ids(count))}`);
    expect([(await search(230)).status, (await search(400)).status]).toEqual([200, 400]);
    const body = JSON.stringify({ query: ids(400) });
    expect((await kit.send(`${kit.archive.v2Url}zip-download/url/`, { method: "POST", body })).status).toBe(200);
  });
});
