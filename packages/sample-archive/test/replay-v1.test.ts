import { beforeAll, describe, expect, test } from "vitest";
import { createSampleArchive, type SampleArchive } from "../src/index.ts";
import { headersAreFree } from "./free-headers.ts";
import recorded from "./golden/v1-exchanges.json" with { type: "json" };
import { recordingId, recordingWorld } from "./recording-world.ts";
import { type Shape, shapeDifference, shapeOf } from "./shape.ts";

/** One request to the real code and what it said: ids are offsets in braces, texts that vary end in an asterisk. */
interface Exchange {
  readonly part: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly user?: string;
  readonly cookie?: string;
  readonly send?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly shape?: Shape;
}

const exchanges = (recorded as unknown as readonly Exchange[]).filter(
  ({ cookie, send }) => headersAreFree || (cookie === undefined && send?.Origin === undefined),
);

/** Each transcript was made on a fresh archive. */
const PARTS = ["p1", "p2", "p3", "p4", "p5", "p6", "p7"];
const SAME_ARCHIVE: Record<string, string> = { p5: "p4" };

describe.each(PARTS)("recorded v1 exchanges, %s", (part) => {
  const mine = exchanges.filter((exchange) => exchange.part === part);
  let replay: Replay;
  beforeAll(async () => {
    replay = await Replay.start(part === "p6");
    for (const before of exchanges) if (before.part === SAME_ARCHIVE[part]) await replay.send(before);
  });

  test.each(mine.map((exchange, i) => [i, `${exchange.method} ${decodeURI(exchange.path).slice(0, 90)}`] as const))(
    "%i %s",
    async (i) => {
      const exchange = mine[i]!;
      const answer = await replay.send(exchange);
      const text = await answer.text();
      expect(answer.status).toBe(exchange.status);
      for (const [name, value] of Object.entries(exchange.headers)) {
        expect(answer.headers.get(name), name).toBe(replay.fill(value));
      }
      if (exchange.error !== undefined) expectError(JSON.parse(text), replay.fillAll(exchange.error));
      if (exchange.shape !== undefined)
        expect(shapeDifference(shapeOf(JSON.parse(text)), exchange.shape)).toBeUndefined();
    },
  );
});

test("every exchange with a token says whose, and none is forgotten", () => {
  expect(exchanges).toHaveLength(headersAreFree ? 261 : 251);
  const users = new Set(exchanges.flatMap(({ user, cookie }) => [user, cookie]));
  expect(users).not.toContain("?");
});

function expectError(actual: Record<string, unknown>, wanted: Record<string, unknown>): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(wanted).sort());
  for (const [key, value] of Object.entries(wanted)) {
    if (value === "*") expect(actual[key]).toEqual(expect.any(String));
    else if (typeof value === "string" && value.endsWith("*"))
      expect(String(actual[key]).startsWith(value.slice(0, -1))).toBe(true);
    else expect(actual[key]).toEqual(value);
  }
}

class Replay {
  readonly archive: SampleArchive;
  readonly tokens = new Map<string, string>();
  /** Id of the latest thing that the server made. */
  latest = "";

  private constructor(late: boolean) {
    this.archive = createSampleArchive({
      source: recordingWorld(),
      quirks: {
        v1StudyLeak: true,
        v1Release: late ? "2022-04" : "2019-08",
        v1Origins: ["https://example.org", "https://www.isic-archive.com"],
      },
    });
  }

  static async start(late: boolean): Promise<Replay> {
    const replay = new Replay(late);
    const { users } = replay.archive;
    const reader = users.find(({ login }) => login === "reader")!;
    for (const [name, { login, password }] of [
      ...users.map((user) => [user.login, user] as const),
      ["loggedOut", reader] as const,
    ]) {
      const headers = { Authorization: `Basic ${btoa(`${login}:${password}`)}` };
      const answer = await replay.archive.fetch(
        new Request(`${replay.archive.v1Url}/user/authentication`, { headers }),
      );
      replay.tokens.set(name, (await answer.json()).authToken.token);
    }
    replay.tokens.set("garbage", "x".repeat(64));
    return replay;
  }

  async send({ method, path, user, cookie, send, body }: Exchange): Promise<Response> {
    const headers = new Headers(send);
    if (user !== undefined) headers.set("Girder-Token", this.tokens.get(user)!);
    if (cookie !== undefined) headers.set("Cookie", `girderToken=${this.tokens.get(cookie)}`);
    const token = /token=[A-Za-z0-9]{64}/;
    const target = this.fill(path).replace(token, `token=${this.tokens.get("reader")}`);
    const init = { method, headers, ...(body === undefined ? undefined : { body: this.fill(body) }) };
    const answer = await this.archive.fetch(new Request(this.archive.origin + target, init));
    if (path.endsWith("/metadata") && answer.status === 200) {
      this.latest = (await answer.clone().json()).at(-1)?.file._id ?? this.latest;
    }
    return answer;
  }

  fill(text: string): string {
    return text
      .replace(/\{(-?\d+)\}/g, (_, offset) => recordingId(Number(offset)))
      .replaceAll("@301", encodeURIComponent(JSON.stringify(Array(301).fill(recordingId(10)))))
      .replaceAll("{new}", this.latest)
      .replaceAll("{origin}", this.archive.origin);
  }

  fillAll<T>(value: T): T {
    return JSON.parse(this.fill(JSON.stringify(value)));
  }
}
