// `npm test`: installs what is missing, lints, type-checks, builds and runs every suite in Node and in Chromium,
// and ends with the line `N passed, N failed, N skipped`.
import { bootstrap, fail, run, say } from "./bootstrap.mjs";
import { ensureBrowser } from "./browsers.mjs";
import { clearReports, countReports, testEnvironment } from "./suites.mjs";

try {
  const started = Date.now();
  bootstrap();
  const chromium = ensureBrowser("chromium", say);
  say(`Chromium for the browser suites: ${chromium}`);
  const env = testEnvironment({ ISIC_CHROMIUM: chromium });
  say("build, lint, types and tests, two at a time");
  clearReports("test.json");
  const tasks = ["build", "lint", "typecheck", "test"];
  const code = run("turbo", ["run", ...tasks, "--continue=dependencies-successful", "--concurrency=2"], { env });
  const total = countReports("test.json");
  say(`took ${Math.round((Date.now() - started) / 1000)} s`);
  const failed = code !== 0 && total.failed === 0 ? 1 : total.failed;
  process.stdout.write(`${total.passed} passed, ${failed} failed, ${total.skipped} skipped\n`);
  process.exitCode = code !== 0 || failed > 0 || total.passed === 0 ? 1 : 0;
} catch (error) {
  fail(error);
}
