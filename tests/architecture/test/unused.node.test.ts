import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** knip reads what every package exports, imports and depends on; its configuration is `knip.json`, each exception with its reason. */
test("there is no unused file, export or dependency", () => {
  const words = [
    resolve(root, "tests/architecture/node_modules/knip/bin/knip.js"),
    "--no-progress",
    "--no-config-hints",
  ];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { cwd: root, encoding: "utf8" });
  expect(`${stdout}${stderr}`).toBe("");
  expect(status).toBe(0);
});
