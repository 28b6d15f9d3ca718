import { verify } from "@isic/cache";
import { deleteDB } from "idb";
import { expect, test } from "vitest";
import { createIdbCache } from "../src/index.ts";
import { readValue } from "./children/values.ts";

const CLOSINGS = 100;

test(`${CLOSINGS} pages closed while they write: no wrong byte, no lost entry`, async () => {
  const name = `crash-${Math.random()}`;
  const committed = new Map<string, number>();
  const onMessage = ({ data }: MessageEvent): void => {
    if (typeof data?.key === "string") committed.set(data.key, data.number);
  };
  addEventListener("message", onMessage);
  const cache = createIdbCache({ name });
  for (let closing = 0; closing < CLOSINGS; closing++) {
    const before = committed.size === 0 ? -1 : Math.max(...committed.values());
    const frame = openPage(`#name=${name}&start=${closing * 100_000 + closing}`);
    while (Math.max(-1, ...committed.values()) === before) await later(5);
    await later(Math.random() * 40);
    frame.remove();
    for (const [key, number] of committed) {
      const value = await cache.get(key);
      expect(value, key).toBeDefined();
      expect(readValue(key, value!), key).toBeGreaterThanOrEqual(number);
    }
  }
  removeEventListener("message", onMessage);
  const { entries, problems } = await verify(cache);
  expect([entries, problems]).toEqual([committed.size, []]);
  for await (const entry of cache.list()) {
    expect(entry.size).toBe((await cache.get(entry.key))!.byteLength);
    expect(Number(entry.validator)).toBe(readValue(entry.key, (await cache.get(entry.key))!));
  }
  await cache.close();
  await deleteDB(name);
});

/** A page of its own in a frame; removing the frame closes it, whatever it is doing. */
function openPage(hash: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.src = `/favicon.ico${hash}`;
  frame.addEventListener("load", () => {
    const script = frame.contentDocument!.createElement("script");
    script.type = "module";
    script.src = new URL("./children/page.ts", import.meta.url).href;
    frame.contentDocument!.head.append(script);
  });
  document.body.append(frame);
  return frame;
}

function later(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
