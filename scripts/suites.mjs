// What `npm test` and `npm run test:browsers` share: the environment of the suites, and their reports.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { root, say } from "./bootstrap.mjs";

/**
 * What the suites depend on beyond the files of the checkout. Turbo replays a finished suite only when all of it is
 * the same: Node, the browser and the folder of real data (its names, sizes and times).
 *
 * @param {Record<string, string>} browser
 */
export function testEnvironment(browser) {
  const data = resolve(root, process.env.ISIC_DATA ?? "../shared/data/real");
  say(existsSync(data) ? "real data: found" : "real data: none here (ISIC_DATA); the suites that need it are left out");
  return {
    ...browser,
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

/**
 * Every package's vitest leaves one; turbo puts back those of the suites that it replays.
 *
 * @param {string} file
 */
function reports(file) {
  return ["packages/*", "apps/*", "tests/*", "bench", "fixtures"]
    .flatMap((place) => (place.endsWith("/*") ? childrenOf(place.slice(0, -2)) : [place]))
    .map((folder) => join(root, folder, ".report", file));
}

/** @param {string} folder */
function childrenOf(folder) {
  return readdirSync(join(root, folder)).map((name) => join(folder, name));
}

/** @param {string} file */
export function clearReports(file) {
  for (const path of reports(file).filter((path) => existsSync(path))) rmSync(path);
}

/**
 * Says what each package's suites came to, and adds it up.
 *
 * @param {string} file
 */
export function countReports(file) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const path of reports(file).filter((path) => existsSync(path))) {
    const report = JSON.parse(readFileSync(path, "utf8"));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests + (report.numFailedTests === 0 && !report.success ? 1 : 0);
    total.skipped += report.numPendingTests + report.numTodoTests;
    const name = relative(root, path).split(/[\\/]/).slice(0, 2).join("/");
    say(`${name}: ${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped`);
  }
  return total;
}
