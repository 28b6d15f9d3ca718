import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createOAuthSession } from "@isic/api-client/oauth";
import { createV2Client } from "@isic/api-client/v2";
import { createSampleArchive } from "@isic/sample-archive";
import { type RunningArchive, serve } from "@isic/sample-archive/node";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tokenFile } from "../src/node/token-file.ts";
import type { Refreshed } from "./support/refresher.ts";

const REDIRECT = "http://127.0.0.1:9999/callback";
const archive = createSampleArchive({ images: 3, browserUser: "reader" });
let refreshes = 0;
let folder: string;
let server: RunningArchive;
let processes: ChildProcess[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isic-rotation-"));
  const fetch = async (request: Request) => {
    const answer = await archive.fetch(request);
    if (!request.url.includes("/oauth/token/")) return answer;
    refreshes += 1;
    await new Promise((resolve) => setTimeout(resolve, 100)); // long enough for the other process to come
    return answer;
  };
  server = await serve(Object.create(archive, { fetch: { value: fetch } }));
  const script = join(folder, "refresher.mjs");
  const source = fileURLToPath(new URL("support/refresher.ts", import.meta.url));
  await build({
    entryPoints: [source],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@isic/source"],
  });
  processes = [0, 1].map(() => fork(script, [server.url, join(folder, "tokens.json")], { execArgv: [] }));
  await Promise.all(processes.map((child) => once(child, "message")));
});

afterAll(async () => {
  for (const child of processes) child.kill();
  await server.close();
  await rm(folder, { recursive: true });
});

test("two processes with one token file refresh once, and both go on with the living pair", async () => {
  const store = tokenFile(join(folder, "tokens.json"));
  const session = createOAuthSession({ clientId: "sample-client", server: server.url, store });
  const { url, challenge } = await session.begin(REDIRECT);
  const login = await fetch(url, { redirect: "manual" });
  await session.finish(login.headers.get("location") ?? "", challenge);

  for (let round = 0; round < 3; round += 1) {
    const old = await store.load();
    if (old === undefined) throw new Error("the tokens are gone");
    await store.save({ ...old, expiresAt: Date.now() - 1 });
    refreshes = 0;
    const said = processes.map((child) => once(child, "message") as Promise<[Refreshed]>);
    for (const child of processes) child.send("go");
    const answers = (await Promise.all(said)).map(([answer]) => answer);

    expect(refreshes).toBe(1);
    expect(answers.flatMap(({ events }) => events)).toEqual(["refreshed"]);
    const fresh = (await store.load())?.accessToken;
    expect(fresh).not.toBe(old.accessToken);
    expect(new Set(answers.flatMap(({ tokens }) => tokens))).toEqual(new Set([fresh]));
    const reader = createV2Client({ baseUrl: server.url, token: fresh ?? "", requireLogin: true });
    expect((await reader.users.me()).email).toBe("reader@example.com");
    const dead = createV2Client({ baseUrl: server.url, token: old.accessToken, requireLogin: true });
    await expect(dead.users.me()).rejects.toMatchObject({ tag: "AuthError", reason: "expired" });
  }
  expect((await readdir(folder)).sort()).toEqual(["refresher.mjs", "tokens.json"]);
});
