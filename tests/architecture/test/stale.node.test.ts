import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
// @ts-expect-error -- a script of the repository, without types of its own
import { removeStale } from "../../../scripts/stale.mjs";

test("what was built of sources that are gone is removed, and nothing else", () => {
  const root = mkdtempSync(join(tmpdir(), "isic-stale-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string) => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), "");
  };
  const stays = ["a.js", "a.js.map", "a.d.ts", "generated/wasm.js", "page.html"];
  const goes = ["b.js", "b.d.ts.map", "former/deep/c.js"];
  for (const path of ["src/a.ts", ...[...stays, ...goes].map((file) => `dist/${file}`)]) write(`packages/one/${path}`);
  write("packages/README.md");

  expect(removeStale(root)).toBe(goes.length);
  const left = readdirSync(join(root, "packages/one/dist"), { recursive: true });
  expect(left.sort()).toEqual(["generated", ...stays].sort());
  expect(removeStale(root)).toBe(0);
});
