// Where pages put it: a worker, a service worker, a frame whose policy forbids WebAssembly.
import { beforeAll, describe, expect, test } from "vitest";
import * as core from "../src/index.ts";
import { walk } from "./kit/walk.ts";

let expected: string;
beforeAll(async () => {
  expected = await walk(core);
});

const script = new URL("./kit/embedded.worker.ts", import.meta.url);

/** What a worker of either kind answers. */
function ask(worker: Worker | ServiceWorker): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = (event) => resolve(event.data);
    worker.postMessage("walk", [port2]);
  });
}

test("this page", () => {
  expect(JSON.parse(expected)[2]).toBe("M9 10v10h9v-10z");
});

test("a worker", async () => {
  const worker = new Worker(script, { type: "module" });
  try {
    expect(await ask(worker)).toBe(expected);
  } finally {
    worker.terminate();
  }
});

test("a service worker", async () => {
  const registration = await navigator.serviceWorker.register(script, { type: "module" });
  try {
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    expect(await ask(worker!)).toBe(expected);
  } finally {
    await registration.unregister();
  }
});

describe("a page with a strict policy", () => {
  /** Runs the package in a frame that may load scripts of this origin, and must not compile (or only not instantiate) anything. */
  async function inFrame(policy: string, before: string): Promise<{ refused: string; walked: string }> {
    const frame = document.createElement("iframe");
    const urls = ["../src/index.ts", "./kit/walk.ts"].map((path) =>
      JSON.stringify(new URL(path, import.meta.url).href),
    );
    frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy}">
      <script type="module" nonce="strict">
        import * as core from ${urls[0]};
        import { walk } from ${urls[1]};
        ${before}
        let refused = "nothing";
        try {
          const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
          try { new WebAssembly.Instance(module); } catch { refused = "to instantiate"; }
        } catch { refused = "to compile"; }
        parent.postMessage({ refused, walked: await walk(core) }, "*");
      </script>`;
    try {
      return await new Promise((resolve) => {
        addEventListener("message", (event) => event.source === frame.contentWindow && resolve(event.data));
        document.body.append(frame);
      });
    } finally {
      frame.remove();
    }
  }

  const strict = `default-src 'none'; script-src 'nonce-strict' ${location.origin}`;

  test("goes on without WebAssembly", async () => {
    // WebKit compiles, and only gives no instances.
    const refused = expect.stringMatching(/^to (compile|instantiate)$/);
    expect(await inFrame(strict, "")).toEqual({ refused, walked: expected });
  });

  test("goes on where only instances are refused, as WebKit does", async () => {
    const refuse =
      "WebAssembly.Instance = function () { throw new EvalError('Refused to create a WebAssembly object'); };";
    const open = strict.replace("'nonce-strict'", "'nonce-strict' 'wasm-unsafe-eval'");
    expect(await inFrame(open, refuse)).toEqual({ refused: "to instantiate", walked: expected });
    expect(await inFrame(open, "")).toEqual({ refused: "nothing", walked: expected });
  });
});
