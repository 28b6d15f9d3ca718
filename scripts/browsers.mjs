// Where is a Chromium, a Firefox, a WebKit? Asked by vitest.shared.ts, by the scripts and by the tests that open pages.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {"chromium" | "firefox" | "webkit"} BrowserName */

const BROWSERS = {
  chromium: {
    variable: "ISIC_CHROMIUM",
    commands: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge"],
    places: () => [
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
      "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
    ],
    needs: undefined,
    debian: ["chromium"],
  },
  firefox: {
    variable: "ISIC_FIREFOX",
    commands: ["firefox", "firefox-esr"],
    places: () => [
      "/Applications/Firefox.app/Contents/MacOS/firefox",
      "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
    ],
    needs: undefined,
    debian: ["firefox-esr"],
  },
  // WebKitGTK's own small browser, which no distribution puts on the PATH, on a virtual display.
  webkit: {
    variable: "ISIC_WEBKIT",
    commands: ["MiniBrowser"],
    places: () =>
      ["/usr/libexec", "/usr/lib64", ...childrenOf("/usr/lib")].flatMap((folder) =>
        ["webkitgtk-6.0", "webkit2gtk-4.1", "webkit2gtk-4.0"].map((version) => join(folder, version, "MiniBrowser")),
      ),
    needs: "Xvfb",
    debian: ["libwebkit2gtk-4.1-0", "xvfb"],
  },
};

/** @type {BrowserName[]} */
export const BROWSER_NAMES = ["chromium", "firefox", "webkit"];

/** @param {string} folder */
function childrenOf(folder) {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** @param {string[]} commands */
function onPath(commands) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => commands.map((command) => join(folder, command))).find((path) => existsSync(path));
}

/** @param {BrowserName} name */
function noBrowser(name) {
  const { variable, debian } = BROWSERS[name];
  return (
    `No ${name} was found, and the browser suites are never skipped silently. Install one (Debian: apt-get install ${debian.join(" ")}), ` +
    `or name one: ${variable}=/path/to/it. To run the Node suites of one package only: pnpm vitest run --project node.`
  );
}

/**
 * The path of a browser: the one that `ISIC_CHROMIUM`, `ISIC_FIREFOX` or `ISIC_WEBKIT` names, else one on the PATH or in
 * a usual place.
 *
 * @param {BrowserName} name
 * @returns {string | undefined}
 */
export function findBrowser(name) {
  const { variable, commands, places, needs } = BROWSERS[name];
  const named = process.env[variable];
  if (named) {
    if (!existsSync(named)) throw new Error(`${variable} names ${named}, and there is no such file.`);
    return named;
  }
  if (needs !== undefined && onPath([needs]) === undefined) return undefined;
  return onPath(commands) ?? places().find((path) => existsSync(path));
}

/**
 * The path of a browser that must be there.
 *
 * @param {BrowserName} name
 * @returns {string}
 */
export function existingBrowser(name) {
  const found = findBrowser(name);
  if (found === undefined) throw new Error(noBrowser(name));
  return found;
}

/**
 * Like `existingBrowser`, but a bare Debian machine where we are root gets one from its package archive first.
 *
 * @param {BrowserName} name
 * @param {(line: string) => void} say
 * @returns {string}
 */
export function ensureBrowser(name, say) {
  const found = findBrowser(name);
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const { debian } = BROWSERS[name];
    say(`no ${name} here: installing Debian's (apt-get install ${debian.join(" ")})`);
    const options = { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    execFileSync("apt-get", ["update", "-qq"], options);
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...debian], options);
  }
  return existingBrowser(name);
}
