// Where is a Chromium? Asked by vitest.shared.ts, by the scripts and by the browser tests of the viewer.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge"];

const FIXED_PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

export const noChromium =
  "No Chromium was found, and the browser suites are never skipped silently. Install one (Debian: apt-get install chromium), " +
  "or name one: ISIC_CHROMIUM=/path/to/chrome npm test. To run the Node suites of one package only: pnpm vitest run --project node.";

/**
 * The path of a Chromium (or Chrome): `ISIC_CHROMIUM`, else one on the PATH or in a usual place, else the one
 * that playwright has downloaded.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  const named = process.env.ISIC_CHROMIUM;
  if (named) {
    if (!existsSync(named)) throw new Error(`ISIC_CHROMIUM names ${named}, and there is no such file.`);
    return named;
  }
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...FIXED_PLACES].find((path) => existsSync(path));
}

/**
 * Like `findChromium`, but a bare Debian machine where we are root gets one from its package archive first.
 *
 * @param {(line: string) => void} say
 * @returns {string}
 */
export function ensureChromium(say) {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("no Chromium here: installing Debian's (apt-get install chromium)");
    const options = { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    execFileSync("apt-get", ["update", "-qq"], options);
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], options);
  }
  const installed = findChromium();
  if (installed === undefined) throw new Error(noChromium);
  return installed;
}
