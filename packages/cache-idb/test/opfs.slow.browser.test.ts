import { expect, test } from "vitest";

test("IndexedDB beside the origin private file system, 100 kB values in a worker (milliseconds per call)", async () => {
  const worker = new Worker(new URL("./children/opfs-worker.ts", import.meta.url), { type: "module" });
  const times = await new Promise<Record<string, number>>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.terminate();
  console.log(JSON.stringify(times));
  expect(Object.values(times).every((time) => time > 0)).toBe(true);
});
