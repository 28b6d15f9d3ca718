// Erases an account's folder; the test kills it meanwhile.
import { createFileCache } from "../../src/index.ts";

const [, , folder, prefix] = process.argv;
const cache = createFileCache({ folder });
await cache.open();
process.stdout.write("begins\n");
await cache.erase(prefix);
process.stdout.write("erased\n");
