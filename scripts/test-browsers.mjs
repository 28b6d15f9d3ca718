// `npm run test:browsers [-- firefox webkit] [-- --filter=PACKAGE ...]`: the isomorphic suites of every package in the
// browsers that `npm test` leaves out, one browser after the other.
import { bootstrap, fail, run, say } from "./bootstrap.mjs";
import { ensureBrowser } from "./browsers.mjs";
import { clearReports, countReports, testEnvironment } from "./suites.mjs";

const OTHERS = ["firefox", "webkit"];

try {
  const words = process.argv.slice(2);
  const named = words.filter((word) => !word.startsWith("-"));
  const unknown = named.find((name) => !OTHERS.includes(name));
  if (unknown !== undefined) fail(`There is no browser "${unknown}" here; there are: ${OTHERS.join(", ")}.`);
  const options = words.filter((word) => word.startsWith("-"));
  bootstrap();
  const lines = [];
  // All of them are looked for before the first suite runs.
  const browsers = (named.length === 0 ? OTHERS : named).map((name) => ({ name, path: ensureBrowser(name, say) }));
  for (const { name, path } of browsers) {
    const started = Date.now();
    const report = `${name}-test.json`;
    say(`${name} for the browser suites: ${path}`);
    clearReports(report);
    const env = testEnvironment({ ISIC_BROWSER: name, [`ISIC_${name.toUpperCase()}`]: path });
    const tasks = ["run", "test:browsers", "--continue=dependencies-successful", "--concurrency=2"];
    const code = run("turbo", [...tasks, ...options], { env });
    const total = countReports(report);
    const failed = code !== 0 && total.failed === 0 ? 1 : total.failed;
    if (failed > 0 || total.passed === 0) process.exitCode = 1;
    const seconds = Math.round((Date.now() - started) / 1000);
    lines.push(`${name}: ${total.passed} passed, ${failed} failed, ${total.skipped} skipped, in ${seconds} s\n`);
  }
  process.stdout.write(lines.join(""));
} catch (error) {
  fail(error);
}
