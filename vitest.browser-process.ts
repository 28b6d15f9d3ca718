// Firefox and WebKit for vitest: a browser is a process that is started with an address, and no protocol drives it.
// (playwright needs builds of its own of both, or a command that the released Firefox has not.)
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { defineBrowserProvider } from "@vitest/browser";
import type { BrowserProviderOption } from "vitest/node";

export interface BrowserProcessOptions {
  readonly browser: "firefox" | "webkit";
  readonly executable: string;
  /** What a page may store, in bytes (Firefox only; WebKitGTK has no such setting). */
  readonly quota?: number;
  /** A private window: nothing outlives the process. */
  readonly privateWindow?: boolean;
}

/** A provider whose pages are processes, each with a profile of its own. Tests have no commands (`cdp`, `userEvent`) there. */
export function browserProcess(options: BrowserProcessOptions): BrowserProviderOption {
  return defineBrowserProvider({
    name: `${options.browser}-process`,
    supportedBrowser: [options.browser],
    providerFactory() {
      const pages = new Map<string, Page>();
      return {
        name: `${options.browser}-process`,
        supportsParallelism: false,
        getCommandsContext: () => ({}),
        async openPage(sessionId: string, url: string): Promise<void> {
          pages.get(sessionId)?.close();
          pages.set(sessionId, await open(options, url));
        },
        close(): void {
          for (const page of pages.values()) page.close();
          pages.clear();
        },
      };
    },
  });
}

interface Page {
  close(): void;
}

async function open(options: BrowserProcessOptions, url: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), `isic-${options.browser}-`));
  const processes: ChildProcess[] = [];
  const page = {
    close(): void {
      process.off("exit", page.close);
      for (const each of processes) end(each);
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
  process.on("exit", page.close);
  try {
    if (options.browser === "firefox") processes.push(startFirefox(options, profile, url));
    else {
      const display = start("Xvfb", ["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      processes.push(display);
      processes.push(startWebKit(options, profile, url, await displayOf(display)));
    }
  } catch (error) {
    page.close();
    throw error;
  }
  return page;
}

function startFirefox({ executable, quota, privateWindow }: BrowserProcessOptions, profile: string, url: string) {
  const preferences: Record<string, string | number | boolean> = {
    "app.normandy.enabled": false,
    "app.update.disabledForTesting": true,
    "browser.aboutwelcome.enabled": false,
    "browser.privatebrowsing.autostart": privateWindow === true,
    "browser.safebrowsing.downloads.remote.enabled": false,
    "browser.safebrowsing.malware.enabled": false,
    "browser.safebrowsing.phishing.enabled": false,
    "browser.safebrowsing.update.enabled": false,
    "browser.shell.checkDefaultBrowser": false,
    "datareporting.policy.dataSubmissionEnabled": false,
    "extensions.update.enabled": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "services.settings.server": "data:,",
    // In kibibytes.
    ...(quota === undefined ? {} : { "dom.quotaManager.temporaryStorage.fixedLimit": quota / 1024 }),
  };
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  return start(executable, ["--headless", "--no-remote", "--profile", profile, url]);
}

function startWebKit(
  { executable, privateWindow }: BrowserProcessOptions,
  profile: string,
  url: string,
  display: string,
) {
  const folders = Object.fromEntries(["CACHE", "CONFIG", "DATA", "STATE"].map((each) => [`XDG_${each}_HOME`, profile]));
  const env = { ...process.env, ...folders, DISPLAY: display, GDK_BACKEND: "x11" };
  return start(executable, [...(privateWindow === true ? ["--private"] : []), url], { env });
}

/** The number that Xvfb writes when it is ready. */
async function displayOf(server: ChildProcess): Promise<string> {
  const failed = once(server, "exit").then(() => {
    throw new Error("Xvfb ended before it had a display; WebKit needs one.");
  });
  const [line] = await Promise.race([once(createInterface(server.stdout as Readable), "line"), failed]);
  return `:${line}`;
}

/** Each leads a group of processes: a browser has many, and all of them end together. */
function start(command: string, words: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, words, { stdio: "ignore", detached: process.platform !== "win32", ...options });
  child.on("error", (error) => process.stderr.write(`Could not start ${command}: ${error.message}\n`));
  return child;
}

function end(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === "win32") child.kill();
  else process.kill(-child.pid, "SIGKILL");
}
