import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSampleArchive, type SampleArchive } from "../src/index.ts";
import { ListenError, type RunningArchive, serve } from "../src/node.ts";

describe("serve", () => {
  let archive: SampleArchive;
  let running: RunningArchive;
  beforeAll(async () => {
    archive = createSampleArchive({ images: 120, smallPhotos: true });
    running = await serve(archive);
  });
  afterAll(() => running.close());

  test("two free ports, and an archive that knows them", async () => {
    expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(new URL(running.fileUrl).port).not.toBe(new URL(running.url).port);
    expect([archive.v1Url, archive.v2Url, archive.fileOrigin]).toEqual([
      `${running.url}/api/v1`,
      `${running.url}/api/v2/`,
      running.fileUrl,
    ]);
    const { results, next } = await (await fetch(`${archive.v2Url}images/?limit=10`)).json();
    expect(new URL(next).origin).toBe(running.url);
    const photo = await fetch(results[0].files.full.url);
    expect([photo.status, photo.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  });

  test("login and a PUT travel with their bodies and cookies", async () => {
    const answer = await fetch(`${archive.v1Url}/user/authentication`, {
      headers: { Authorization: `Basic ${btoa("reader:password")}` },
    });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^girderToken=[A-Za-z0-9]{64}; expires=/);
    const { authToken } = await answer.json();
    const posted = await fetch(`${archive.v1Url}/image/${archive.images[0]!.id}/segment`, {
      method: "POST",
      headers: { "Girder-Token": authToken.token, "Content-Type": "application/json" },
      body: JSON.stringify({ seed: [20, 20], tolerance: 5 }),
    });
    expect((await posted.json()).properties.seedPoint).toEqual([20, 20]);
  });

  test("v2 is compressed for those who accept it, v1 never", async () => {
    const encoding = async (url: string, accept: string) =>
      (await raw(url, { "Accept-Encoding": accept })).headers["content-encoding"];
    expect(await encoding(`${archive.v2Url}images/`, "gzip, deflate")).toBe("gzip");
    expect(await encoding(`${archive.v2Url}images/`, "identity")).toBeUndefined();
    expect(await encoding(`${archive.v2Url}users/me/`, "gzip")).toBeUndefined();
    expect(await encoding(`${archive.v1Url}/image`, "gzip")).toBeUndefined();
    const { results } = await (await fetch(`${archive.v2Url}images/`)).json();
    expect(results).toHaveLength(100);
  });

  test("v1 streams end with the connection, without a length and without chunks", async () => {
    const zip = await raw(`${archive.v1Url}/image/download?include=metadata`);
    expect(zip.headers["content-length"]).toBeUndefined();
    expect(zip.headers["transfer-encoding"]).toBeUndefined();
    expect(zip.headers.connection).toBe("close");
    expect(zip.body.subarray(-22, -18).toString("latin1")).toBe("PK\x05\x06");
  });

  test("a ZIP has the same bytes each time, in every time zone", async () => {
    const before = process.env.TZ;
    const zips: Buffer[] = [];
    for (const zone of ["UTC", "Asia/Tokyo", "America/Los_Angeles"]) {
      process.env.TZ = zone;
      zips.push((await raw(`${archive.v1Url}/image/download?include=metadata`)).body);
    }
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
    expect(zips.every((zip) => zip.equals(zips[0]!))).toBe(true);
    expect(zips[0]!.length).toBeGreaterThan(1000);
  });

  test.each(["reset", "wrong-length", "dropped"] as const)("%s cuts the connection", async (kind) => {
    archive.failNext(kind);
    const cut = fetch(`${archive.v2Url}images/`, { headers: { "Accept-Encoding": "identity" } }).then((a) => a.text());
    await expect(cut).rejects.toThrow(TypeError);
  });

  test("a stall holds until the client leaves, and the server goes on", async () => {
    archive.failNext("stall");
    const signal = AbortSignal.timeout(200);
    await expect(fetch(`${archive.v2Url}images/`, { signal }).then((a) => a.text())).rejects.toThrow(
      /timeout|aborted/i,
    );
    expect((await fetch(`${archive.v2Url}images/?limit=1`)).status).toBe(200);
  });

  test("a port in use is one clear error, and nothing stays open", async () => {
    const port = Number(new URL(running.url).port);
    const error = await serve(createSampleArchive({ images: 1 }), { port }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ListenError);
    expect(error).toMatchObject({ tag: "ListenError", host: "127.0.0.1", port, code: "EADDRINUSE" });
    expect((error as Error).message).toBe(
      `Cannot listen on 127.0.0.1:${port}: something else listens there; choose another port, or 0 for any free one.`,
    );
    expect((error as Record<symbol, unknown>)[Symbol.for("isic.error")]).toBe(true);
    const free = await freePort();
    const second = await serve(createSampleArchive({ images: 1 }), { port: free, filePort: port }).catch(
      (e: unknown) => e,
    );
    expect(second).toBeInstanceOf(ListenError);
    // the first server of the failed pair is gone again
    await expect(fetch(`http://127.0.0.1:${free}/`)).rejects.toThrow();
  });

  test("long request lines reach the archive, which has its own limits", async () => {
    const long = (path: string, length: number) => raw(`${running.url}${path}?x=${"y".repeat(length)}`);
    const [fits, v2, v1] = [
      await long("/api/v2/images/", 8000),
      await long("/api/v2/images/", 30_000),
      await long("/api/v1/image", 30_000),
    ];
    expect([fits.status, v2.status, v1.status]).toEqual([200, 400, 414]);
    expect(v2.body.toString()).toContain("Bad Request");
  });

  test("an option that does not exist is refused", async () => {
    await expect(serve(archive, { prot: 0 } as never)).rejects.toThrow(
      new TypeError('serve: unknown option "prot"; did you mean "port"?'),
    );
  });

  test("garbage on the wire does not stop it", async () => {
    const { port } = new URL(running.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.end("NONSENSE\r\n\r\n"));
      socket.on("close", () => resolve()).on("error", () => resolve());
      socket.resume();
    });
    expect((await raw(`${running.url}//..//api/v1/image?%zz`)).status).toBeGreaterThanOrEqual(200);
    expect((await fetch(`${archive.v1Url}/user/me`)).status).toBe(200);
  });

  test("after close nobody answers", async () => {
    const short = await serve(createSampleArchive({ images: 1 }));
    await short.close();
    await expect(fetch(short.url)).rejects.toThrow(TypeError);
  });
});

interface Raw {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** A GET that shows the answer as it came. */
function raw(url: string, headers: Record<string, string> = {}): Promise<Raw> {
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
      answer.on("error", reject);
    })
      .on("error", reject)
      .end();
  });
}

async function freePort(): Promise<number> {
  const probe = await serve(createSampleArchive({ images: 1 }));
  await probe.close();
  return Number(new URL(probe.url).port);
}
