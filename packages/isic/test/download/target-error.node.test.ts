import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { targetError } from "../../src/download/open-target.ts";

test("a target that may not be written is told from a file in it that may not be opened", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isic-target-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "manifest.jsonl"), "");
  const refused = (name: string): unknown =>
    targetError(folder, Object.assign(new Error("no"), { code: "EACCES", syscall: "open", path: join(folder, name) }));
  expect(refused("manifest.jsonl")).toMatchObject({
    message: `${join(folder, "manifest.jsonl")} may not be read or written (EACCES): change its permissions.`,
  });
  // A file that is yet to be: nothing may be made there.
  expect(refused("new.jpg")).toMatchObject({
    message: `${folder} may not be written (EACCES): choose another target, or change its permissions.`,
  });
});
