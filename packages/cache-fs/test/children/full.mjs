// On a disk that takes no byte: what getOrCreate gives, what it warns of, and what it leaves.
import { readdirSync } from "node:fs";
import { getOrCreate } from "@isic/cache";
import { createFileCache } from "@isic/cache-fs";

const folder = process.argv[2];
const cache = createFileCache({ folder });
const problems = [];
const onProblem = ({ message, cause }) => problems.push([message, cause?.tag]);
const value = await getOrCreate(cache, "h.org/jane/spimg/0a", async () => new Uint8Array([7]), { onProblem });
const failed = await cache.set("h.org/jane/spimg/0a", new Uint8Array([7])).catch((error) => error.tag);
const locked = await cache.lock("h.org/jane/spimg/0a", async () => "inside").catch((error) => error.tag);
await cache.close();
const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
console.log(JSON.stringify({ value: [...value], problems, failed, locked, files: files.map(({ name }) => name) }));
