// Serves a built page and opens it in Chromium.
import { createReadStream, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { type Browser, chromium } from "playwright";
import { ensureBrowser } from "../../../../scripts/browsers.mjs";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** What one visit of the page saw. */
export interface Visit {
  readonly requests: number;
  readonly warnings: readonly string[];
  readonly ticks: number;
  readonly longest: number;
  readonly took: number;
  readonly origins: Readonly<Record<string, string>>;
  readonly size: readonly [number, number];
  readonly pixels: string;
  readonly count: number;
  readonly labels: string;
}

export interface Visits {
  readonly first: Visit;
  readonly again: Visit;
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: ensureBrowser("chromium", console.log), args: ["--no-sandbox"] });
}

/** Serves a folder while `use` runs, at an origin of its own. */
async function serving<T>(folder: string, use: (url: string) => Promise<T>): Promise<T> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = join(folder, pathname === "/" ? "index.html" : decodeURIComponent(pathname));
    if (!file.startsWith(folder) || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Opens a page and gives what `script` comes to there; what the page complained about is an error. */
async function inPage<T>(browser: Browser, folder: string, script: string): Promise<T> {
  return serving(folder, async (url) => {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("response", (answer) => {
        if (!answer.ok() && !answer.url().endsWith("favicon.ico"))
          complaints.push(`${answer.status()} ${answer.url()}`);
      });
      await page.goto(url, { waitUntil: "load" });
      const result = await page.evaluate(script);
      if (complaints.length > 0) throw new Error(complaints.join("\n"));
      return result as T;
    } finally {
      await context.close();
    }
  });
}

/** What the page's walk came to. */
export async function visit(browser: Browser, folder: string): Promise<Visits> {
  const script = "globalThis.walked ?? { error: 'The page has not run.' }";
  const walked = await inPage<Visits | { error: string }>(browser, folder, script);
  if ("error" in walked) throw new Error(walked.error);
  return walked;
}

/** What the service worker of a folder answers. */
export async function askServiceWorker(browser: Browser, folder: string): Promise<unknown> {
  const script = `(async () => {
    const { installing, active } = await navigator.serviceWorker.register("/service-worker.js", { type: "module" });
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
    (installing ?? active).postMessage("walk", [port2]);
    return answer;
  })()`;
  return inPage(browser, folder, script);
}
