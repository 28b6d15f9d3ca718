import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { keepClientId, keptClientId } from "../src/connection/login-store.ts";
import { main } from "../src/index.ts";
import { type Box, startBox } from "./box.ts";
import { temporaryFolder } from "./folder.ts";
import { recordingTerminal } from "./terminal.ts";

let box: Box;
let other: Box;
let token: string;
/** The credentials that the two servers were sent. */
const sent = new Set<string | null>();
beforeAll(async () => {
  [box, other] = await Promise.all([startBox(4), startBox(4)]);
  token = box.archive.issueToken(box.archive.users[0]!.login);
});
beforeEach(() => {
  sent.clear();
  for (const each of [box, other]) {
    each.instead = (request) => {
      sent.add(request.headers.get("authorization"));
      return undefined;
    };
  }
});
afterEach(() => {
  for (const each of [box, other]) each.instead = () => undefined;
});
afterAll(() => Promise.all([box.close(), other.close()]));

async function run(env: Record<string, string>, ...words: readonly string[]) {
  const terminal = recordingTerminal({ env: { ISIC_CONFIG: "/nowhere/at/all", ...env } });
  const code = await main(words, terminal);
  return { code, out: terminal.text(), err: terminal.errors() };
}

const GUEST = "A guest: you see what is public.\n";

describe("ISIC_TOKEN", () => {
  it("goes to the server of ISIC_SERVER, named again or not, and whatever the path", async () => {
    const env = { ISIC_TOKEN: token, ISIC_SERVER: box.url };
    for (const words of [[], ["--server", box.url], ["--server", `${box.url}/api/v2/`]]) {
      sent.clear();
      const { code, out, err } = await run(env, "user", "whoami", ...words);
      expect([code, err]).toEqual([0, ""]);
      expect(out).not.toBe(GUEST);
      expect([...sent]).toEqual([`Bearer ${token}`]);
    }
  });

  it.each([
    ["the public archive's", {}],
    ["another server's", { ISIC_SERVER: "https://archive.example.org" }],
    ["one of no server", { ISIC_SERVER: "nonsense" }],
  ])("is %s, and not sent to a server of --server; that is said", async (_whose, more) => {
    const env = { ISIC_TOKEN: token, ...more };
    for (const command of [
      ["user", "whoami"],
      ["image", "select", "--limit", "1"],
      ["collection", "list"],
    ]) {
      const { code, err } = await run(env, ...command, "--server", box.url);
      expect(code).toBe(0);
      expect(err).toMatch(
        /^note: ISIC_TOKEN belongs to .* and is not sent to 127\.0\.0\.1:\d+; --token-from-env sends it\.$/m,
      );
      expect(err).not.toContain(token);
      expect([...sent].filter((each) => each !== null)).toEqual([]);
    }
    expect((await run(env, "user", "whoami", "--quiet", "--server", box.url)).err).toBe("");
  });

  it("of one port is not that of another", async () => {
    expect((await run({ ISIC_TOKEN: token, ISIC_SERVER: other.url }, "user", "whoami", "--server", box.url)).out).toBe(
      GUEST,
    );
    expect([...sent].filter((each) => each !== null)).toEqual([]);
  });

  it("goes to another server with --token-from-env", async () => {
    const { code, err } = await run({ ISIC_TOKEN: token }, "user", "whoami", "--server", box.url, "--token-from-env");
    expect([code, err, [...sent]]).toEqual([0, "", [`Bearer ${token}`]]);
  });

  it.each([`Bearer ${"T"}`, ` ${"T"}\n`, `bearer  ${"T"}`])("may be written as %j", async (form) => {
    const env = { ISIC_TOKEN: form.replace("T", token), ISIC_SERVER: box.url };
    expect((await run(env, "user", "whoami")).code).toBe(0);
    expect([...sent]).toEqual([`Bearer ${token}`]);
  });

  it.each(["two words", "a\nb", "tökën"])("that is none, %j, is refused and not repeated", async (form) => {
    const { code, err } = await run({ ISIC_TOKEN: form, ISIC_SERVER: box.url }, "image", "select");
    expect([code, err]).toEqual([2, expect.stringMatching(/^isic: ISIC_TOKEN is no token: /)]);
    expect(err).not.toContain(form);
    expect(sent.size).toBe(0);
  });

  it("that the server refuses is named, and not repeated", async () => {
    const { code, err } = await run({ ISIC_TOKEN: "outdated-token", ISIC_SERVER: box.url }, "image", "select");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^isic: 127\.0\.0\.1:\d+ refused the token in ISIC_TOKEN: /),
    ]);
    expect(err).not.toContain("outdated-token");
  });

  it("is not for v1, nor for --token-from-env where there is none", async () => {
    const v1 = ["--api", "v1", "--server", box.url];
    const { code, err } = await run({ ISIC_TOKEN: token }, "user", "whoami", ...v1);
    expect([code, err]).toEqual([0, "note: ISIC_TOKEN is for v2 and is not sent; on v1 log in with --username.\n"]);
    expect([...sent].join("")).not.toContain(token);
    expect((await run({ ISIC_TOKEN: token }, "user", "whoami", ...v1, "--token-from-env")).code).toBe(2);
    const none = await run({}, "user", "whoami", "--server", box.url, "--token-from-env");
    expect([none.code, none.err]).toEqual([2, "isic: --token-from-env: ISIC_TOKEN is not set, or empty.\n"]);
  });
});

describe("a kept login", () => {
  it("is of one origin: no other scheme, port or host finds it", async () => {
    await using folder = await temporaryFolder();
    const servers = [
      "https://archive.test",
      "http://archive.test",
      "https://archive.test:8443",
      "https://archive.test_8443",
      "https://archive.test.",
      "https://http_archive.test",
      "http://localhost:8443",
      "https://localhost:8443",
      "https://localhost_8443",
      "https://https_localhost_8443",
      "http://127.0.0.1:8443",
      "http://[::1]:8443",
      "https://[::1]:8443",
      "https://xn--archve-zva.test",
    ];
    const options = (server: string) => ({ server, allowHttp: ["archive.test"] });
    const env = { ISIC_CONFIG: folder.path };
    for (const server of servers) await keepClientId(options(server), env, server);
    for (const server of servers) expect(await keptClientId(options(server), env)).toBe(server);
    // The same origin, written otherwise.
    for (const [same, server] of [
      ["https://ARCHIVE.test:443/api/v2/?x#y", "https://archive.test"],
      ["http://archive.TEST:80", "http://archive.test"],
      ["https://archìve.test", "https://xn--archve-zva.test"],
      ["http://[0:0:0:0:0:0:0:1]:8443/", "http://[::1]:8443"],
      ["http://2130706433:8443", "http://127.0.0.1:8443"],
    ] as const)
      expect(await keptClientId(options(same), env), same).toBe(server);
    expect((await readdir(folder.path)).length).toBe(servers.length);
  });
});

describe("user print-token", () => {
  it("prints what commands send, and nothing for a guest", async () => {
    const env = { ISIC_TOKEN: `Bearer ${token}`, ISIC_SERVER: box.url };
    expect(await run(env, "user", "print-token")).toEqual({ code: 0, out: `${token}\n`, err: "" });
    expect(JSON.parse((await run(env, "user", "print-token", "--json")).out)).toEqual({ token });
    const guest = await run({}, "user", "print-token", "--server", box.url);
    expect([guest.code, guest.out, guest.err]).toEqual([
      1,
      "",
      expect.stringContaining("Nobody is logged in at 127.0.0.1"),
    ]);
    const withheld = await run({ ISIC_TOKEN: token }, "user", "print-token", "--server", box.url);
    expect([withheld.code, withheld.out]).toEqual([1, ""]);
    expect((await run({}, "user", "print-token", "--api", "v1", "--server", box.url)).code).toBe(2);
  });

  it("is the only place of the token, with --debug too", async () => {
    const env = { ISIC_TOKEN: token, ISIC_SERVER: box.url };
    for (const command of [
      ["user", "whoami"],
      ["image", "select", "--limit", "1"],
      ["image", "show", "ISIC_9999999"],
    ]) {
      const { out, err } = await run(env, ...command, "--debug", "--no-cache");
      expect(out + err).not.toContain(token);
    }
  });
});

it("the demo's own server gets no token", async () => {
  const { code, err } = await run({ ISIC_TOKEN: token }, "demo", "--api", "v2", "--image", "ISIC_0", "--no-cache");
  expect([code, err]).toEqual([1, expect.not.stringContaining("ISIC_TOKEN")]);
});

it("a login that was kept for a server over https is not sent to it over plain http", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "girder.local"));
  await writeFile(join(folder.path, "girder.local", "client-id"), "some-application\n");
  const words = ["user", "whoami", "--server", "http://girder.local", "--allow-http", "girder.local"];
  expect(await run({ ISIC_CONFIG: folder.path }, ...words)).toEqual({ code: 0, out: GUEST, err: "" });
});

describe("plain http to another machine", () => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === "IPv4" && !each.internal)?.address;

  it("is refused with the option that allows it", async () => {
    const { code, err } = await run(
      {},
      "image",
      "select",
      "--server",
      "http://girder.local:8080/api/v1",
      "--api",
      "v1",
    );
    expect([code, err]).toEqual([
      2,
      expect.stringContaining("--allow-http girder.local:8080 allows it in a network that you trust"),
    ]);
  });

  it.each(["http://girder.local", "girder.local/api", "a b", "me@girder.local", ""])("%j is no host", async (host) => {
    const { code, err } = await run({}, "image", "select", "--allow-http", host);
    expect([code, err]).toEqual([2, expect.stringContaining("Expected a host such as girder.local")]);
  });

  it.skipIf(address === undefined)(
    `works where it was allowed by name${address === undefined ? " (skipped: this machine has no network)" : ""}`,
    async () => {
      const relay = createServer(async (request, response) => {
        const answer = await fetch(`${box.url}${request.url}`, { headers: { accept: "application/json" } });
        response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
        response.end(await answer.text());
      });
      await new Promise<void>((resolve) => relay.listen(0, address, resolve));
      try {
        const { port } = relay.address() as AddressInfo;
        const words = [
          "image",
          "select",
          "--api",
          "v1",
          "--server",
          `http://${address}:${port}`,
          "--limit",
          "2",
          "--names",
        ];
        expect((await run({}, ...words)).code).toBe(2);
        expect((await run({}, ...words, "--allow-http", "girder.local")).code).toBe(2);
        for (const host of [address!, `${address}:${port}`]) {
          const { code, out } = await run({}, ...words, "--allow-http", "girder.local", "--allow-http", host);
          expect([code, out]).toEqual([0, "ISIC_0000000\nISIC_0000001\n"]);
        }
      } finally {
        relay.close();
      }
    },
  );
});
