import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheContract } from "@isic/cache/testing";
import { describe, expect, test } from "vitest";
import { createFileCache, type FileCache, type Layout } from "../src/index.ts";

for (const layout of ["auto", "one-level", "two-level"] satisfies Layout[]) {
  cacheContract(
    `the file cache (${layout})`,
    async () => createFileCache({ folder: await mkdtemp(join(tmpdir(), "isic-cache-")), layout }),
    {
      describe,
      test,
      expect,
      has: ["stat", "list", "getStream", "setStream", "lock", "pin", "inspect", "erase"],
      reopen: (cache) => createFileCache({ folder: (cache as FileCache).folder, layout }),
      dispose: (cache) => rm((cache as FileCache).folder, { recursive: true }),
    },
  );
}
