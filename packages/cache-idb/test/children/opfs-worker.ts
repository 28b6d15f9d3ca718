// In a worker: 100 kB values read and written through the cache, and through the origin private file system.
import { createIdbCache } from "../../src/index.ts";

const COUNT = 100;
const half = crypto.getRandomValues(new Uint8Array(50_000));
const image = new Uint8Array(100_000);
image.set(half);
image.set(half, 50_000);
const keyOf = (i: number): string => `h.org/anonymous/image/0${i}/x.jpg`;

interface SyncHandle {
  write(bytes: Uint8Array): number;
  read(bytes: Uint8Array): number;
  getSize(): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

const cache = createIdbCache({ name: "opfs-compare", verifyReads: false });
const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("opfs-compare", { create: true });

async function open(name: string): Promise<SyncHandle> {
  const handle = await folder.getFileHandle(name, { create: true });
  return await (handle as unknown as { createSyncAccessHandle(): Promise<SyncHandle> }).createSyncAccessHandle();
}

const ways: Record<string, (i: number) => Promise<unknown>> = {
  "idb write": (i) => cache.set(keyOf(i), image),
  // Not even whole or not at all: that would need a second file and a move.
  "opfs write": async (i) => {
    const file = await open(`image_${i}`);
    file.truncate(0);
    file.write(image);
    file.flush();
    file.close();
  },
  "idb read": (i) => cache.get(keyOf(i)),
  "opfs read": async (i) => {
    const file = await open(`image_${i}`);
    file.read(new Uint8Array(file.getSize()));
    file.close();
  },
};

const times: Record<string, number[]> = {};
for (let round = 0; round < 6; round++) {
  for (const [name, way] of Object.entries(ways)) {
    const start = performance.now();
    for (let i = 0; i < COUNT; i++) await way(i);
    times[name] ??= [];
    times[name].push((performance.now() - start) / COUNT);
  }
}
await cache.erase("");
await cache.close();
await (await navigator.storage.getDirectory()).removeEntry("opfs-compare", { recursive: true });
postMessage(Object.fromEntries(Object.entries(times).map(([name, list]) => [name, list.sort((a, b) => a - b)[3]])));
