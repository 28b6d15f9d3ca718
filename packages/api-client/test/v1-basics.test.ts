import { expect, test } from "vitest";
import { createV1Client } from "../src/v1/index.ts";
import { QUICK, routes } from "./support/handlers.ts";

const BASE = "https://girder.test/api/v1";
const ID = "5436e3abbae478396759f0cf";
const user = {
  _id: ID,
  login: "reader",
  firstName: "Rea",
  lastName: "Der",
  email: "r@example.com",
  admin: false,
  created: "2026-11-23T00:20:04+00:00",
};
const login = {
  authToken: { token: "T".repeat(64), expires: "2027-05-22T00:20:50+00:00", scope: [] },
  user,
  message: "",
};

test("login sends Basic once, then the token", async () => {
  const fetch = routes({
    "/api/v1/user/authentication": login,
    "/api/v1/user/me": (request: Request) => Response.json(request.headers.has("girder-token") ? user : null),
    [`/api/v1/image/${ID}/superpixels`]: () =>
      new Response(new Uint8Array([0x89, 0x50, 0x4e, 0x47]), { headers: { "content-type": "image/png" } }),
  });
  const client = createV1Client({
    baseUrl: BASE,
    fetch,
    username: "reader",
    password: async () => "pass:wörd",
    retry: QUICK,
  });
  const file = await client.images.superpixels(ID);
  expect(await file.bytes()).toEqual(new Uint8Array([0x89, 0x50, 0x4e, 0x47]));
  const sent = fetch.requests.map((request) => [
    new URL(request.url).pathname.slice(8),
    request.headers.get("authorization") !== null,
    request.headers.get("girder-token") !== null,
  ]);
  expect(sent).toEqual([
    ["user/authentication", true, false],
    ["user/me", false, true],
    [`image/${ID}/superpixels`, false, true],
  ]);
  const [, encoded] = (fetch.requests[0]?.headers.get("authorization") ?? "").split(" ");
  const bytes = Uint8Array.from(atob(encoded ?? ""), (letter) => letter.charCodeAt(0));
  expect(new TextDecoder().decode(bytes)).toBe("reader:pass:wörd");
  expect(await client.me()).toEqual(user);
});
