// `npm test`: installs what is missing, lints, type-checks, builds and runs every suite in Node and in Chromium,
// and ends with the line `N passed, N failed, N skipped`.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { bootstrap, fail, root, run, say } from "./bootstrap.mjs";
import { ensureChromium } from "./chromium.mjs";

try {
  const started = Date.now();
  bootstrap();
  const chromium = ensureChromium(say);
  say(`Chromium for the browser suites: ${chromium}`);
  const env = testEnvironment(chromium);
  say("build, lint, types and tests, two at a time");
  clearReports();
  const tasks = ["build", "lint", "typecheck", "test"];
  const code = run("turbo", ["run", ...tasks, "--continue=dependencies-successful", "--concurrency=2"], { env });
  const total = countReports();
  say(`took ${Math.round((Date.now() - started) / 1000)} s`);
  const failed = code !== 0 && total.failed === 0 ? 1 : total.failed;
  process.stdout.write(`${total.passed} passed, ${failed} failed, ${total.skipped} skipped\n`);
  process.exitCode = code !== 0 || failed > 0 || total.passed === 0 ? 1 : 0;
} catch (error) {
  fail(error);
}

/**
 * What the suites depend on beyond the files of the checkout. Turbo replays a finished suite only when all of it is
 * the same: Node, the browser and the folder of real data (its names, sizes and times).
 *
 * @param {string} chromium
 */
function testEnvironment(chromium) {
  const data = resolve(root, process.env.ISIC_DATA ?? "../shared/data/real");
  say(existsSync(data) ? "real data: found" : "real data: none here (ISIC_DATA); the suites that need it are left out");
  return {
    ISIC_CHROMIUM: chromium,
    ISIC_DATA: data,
    ISIC_DATA_STAMP: existsSync(data) ? stampOf(data) : "none",
    ISIC_NODE: process.version,
  };
}

/** @param {string} folder */
function stampOf(folder) {
  const hash = createHash("sha256");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  for (const name of names) {
    const { size, mtimeMs } = statSync(join(folder, name));
    hash.update(`${name}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Every package's vitest leaves one; turbo puts back those of the suites that it replays. */
function reports() {
  return ["packages/*", "apps/*", "tests/*", "bench", "fixtures"]
    .flatMap((place) => (place.endsWith("/*") ? childrenOf(place.slice(0, -2)) : [place]))
    .map((folder) => join(root, folder, ".report", "test.json"));
}

/** @param {string} folder */
function childrenOf(folder) {
  return readdirSync(join(root, folder)).map((name) => join(folder, name));
}

function clearReports() {
  for (const path of reports().filter((path) => existsSync(path))) rmSync(path);
}

function countReports() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const path of reports().filter((path) => existsSync(path))) {
    const report = JSON.parse(readFileSync(path, "utf8"));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests + (report.numFailedTests === 0 && !report.success ? 1 : 0);
    total.skipped += report.numPendingTests + report.numTodoTests;
    const name = relative(root, path).split(/[\\/]/).slice(0, 2).join("/");
    say(`${name}: ${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped`);
  }
  return total;
}
