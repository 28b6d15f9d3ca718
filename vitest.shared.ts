import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type ViteUserConfigExport } from "vitest/config";
import type { BrowserInstanceOption } from "vitest/node";
import { BaseSequencer } from "vitest/node";
import { BROWSER_NAMES, existingBrowser } from "./scripts/browsers.mjs";
import { browserProcess } from "./vitest.browser-process.ts";

/** Packages are resolved to their TypeScript sources, so no test ever runs against a stale `dist`. */
const SOURCE = "@isic/source";

const root = dirname(fileURLToPath(import.meta.url));

/** The folder of real data (see CONTRIBUTING.md), or "" when this machine has none. */
const data = resolve(root, process.env.ISIC_DATA ?? "../shared/data/real");
const realData = existsSync(data) ? data : "";

export interface IsicVitestOptions {
  /** Run the isomorphic suites in a browser too. */
  readonly browser: boolean;
  /** The package stores: other engines than Chromium run its suites in a private window too, and with little room where they can. */
  readonly storage?: boolean;
}

/** The room that suites of storage have in Firefox; Chromium's tools set it while a test runs. */
const QUOTA = 8 * 2 ** 20;

/**
 * The one vitest configuration of every package. `ISIC_BROWSER` (chromium, firefox or webkit) names the browser; with
 * another than Chromium only the browser's suites run.
 *
 * | file name | Node | browser | `--mode slow` |
 * | --- | --- | --- | --- |
 * | `x.test.ts` | yes | yes, if the package is isomorphic | no |
 * | `x.node.test.ts` | yes | no | no |
 * | `x.browser.test.ts` | no | yes | no |
 * | `x.slow.test.ts`, `x.slow.node.test.ts`, `x.slow.browser.test.ts` | likewise, only there | | yes |
 */
export function isicVitest(configUrl: string, options: IsicVitestOptions): ViteUserConfigExport {
  return defineConfig(({ mode }) => {
    const slow = mode === "slow";
    const engine = browserName();
    const report = `${engine === "chromium" ? "" : `${engine}-`}${slow ? "slow" : "test"}.json`;
    const files = slow ? ["test/**/*.slow.test.ts", "test/**/*.slow.*.test.ts"] : ["test/**/*.test.ts"];
    const notThese = slow ? [] : ["test/**/*.slow.test.ts", "test/**/*.slow.*.test.ts"];
    const timeout = slow ? 1_800_000 : 60_000;
    const provide = { fixturesFolder: resolve(root, "fixtures"), realDataFolder: realData };
    const shared = { testTimeout: timeout, hookTimeout: timeout, passWithNoTests: slow, provide };
    const node = {
      resolve: { conditions: [SOURCE, "node", "module", "default"] },
      ssr: {
        resolve: { conditions: [SOURCE, "node", "import", "default"], externalConditions: [SOURCE, "default"] },
      },
      test: {
        ...shared,
        name: "node",
        environment: "node" as const,
        // Files share a thread and its modules: starting and importing anew for each cost more than the tests.
        pool: "threads" as const,
        isolate: slow,
        include: files,
        exclude: [...notThese, "**/*.browser.test.ts", "**/node_modules/**"],
      },
    };
    const browser = () => ({
      resolve: { conditions: [SOURCE, "module", "browser", "default"] },
      server: { fs: { allow: [root, ...(realData === "" ? [] : [realData])] } },
      test: {
        ...shared,
        name: "browser",
        include: files,
        exclude: [...notThese, "**/*.node.test.ts", "**/node_modules/**"],
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          isolate: slow,
          instances: instancesOf(options),
        },
      },
    });
    return {
      root: dirname(fileURLToPath(configUrl)),
      test: {
        ...(options.storage === true ? { sequence: { sequencer: QuotaFirst } } : {}),
        reporters: ["default", ["json", { outputFile: `.report/${report}` }]],
        projects: engine !== "chromium" ? [browser()] : options.browser && !onlyNode() ? [node, browser()] : [node],
      },
    };
  });
}

/**
 * Chromium forgets the quota that its tools have set once other suites have opened and closed pages of the same origin;
 * the order of suites is otherwise by how long they took the last time, and another one on a fresh clone.
 */
class QuotaFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer["sort"]>[0]): ReturnType<BaseSequencer["sort"]> {
    const isQuota = ({ moduleId }: { readonly moduleId: string }): boolean => /\bquota\./.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isQuota), ...sorted.filter((file) => !isQuota(file))];
  }
}

/** `vitest run --project node` must work on a machine without a browser; nothing else may leave it out. */
function onlyNode(): boolean {
  const words = process.argv.join(" ");
  return /--project[= ]node\b/.test(words) && !/--project[= ]browser\b/.test(words);
}

function browserName() {
  const wanted = process.env.ISIC_BROWSER ?? "chromium";
  const name = BROWSER_NAMES.find((each) => each === wanted);
  if (name === undefined) throw new Error(`ISIC_BROWSER is "${wanted}"; it can be ${BROWSER_NAMES.join(", ")}.`);
  return name;
}

/** The windows that a suite runs in, one after the other. */
function instancesOf({ storage = false }: IsicVitestOptions): BrowserInstanceOption[] {
  const browser = browserName();
  const executable = existingBrowser(browser);
  if (browser === "chromium") return [{ browser, provider: playwright({ launchOptions: chromiumLaunch(executable) }) }];
  const process = { browser, executable };
  // WebKit is stricter in a private window, and its users have it in every automated one.
  const strict = { ...process, privateWindow: browser === "webkit" };
  if (!storage) return [{ browser, provider: browserProcess(strict) }];
  return [
    {
      browser,
      name: `${browser}, private`,
      provider: browserProcess({ ...process, privateWindow: true, quota: QUOTA }),
    },
    { browser, name: browser, provider: browserProcess({ ...process, quota: QUOTA }) },
  ];
}

function chromiumLaunch(executablePath: string) {
  return {
    executablePath,
    // no-sandbox: as root (containers) Chromium refuses to start with one; the rest keeps it off the network.
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  };
}
