// A page whose policy forbids WebAssembly and workers: the same pixels and labels, by plain code on the page's own thread.
import { golden, hasRealData, real } from "@isic/fixtures";
import { expect, test } from "vitest";
import { browserCodecs } from "../../src/codecs/browser.ts";
import { sha256 } from "../support/codecs.ts";

interface Answer {
  /** What the engine refuses: Chromium and Firefox to compile, WebKit only to instantiate. */
  readonly refused: string;
  readonly pixels: string;
  readonly labels: string;
  readonly warnings: number;
}

declare global {
  /** The file that the frame below decodes. */
  var givenJpeg: Uint8Array<ArrayBuffer>;
}

async function inStrictFrame(jpeg: Uint8Array<ArrayBuffer>, load = "load()"): Promise<Answer> {
  globalThis.givenJpeg = jpeg;
  const frame = document.createElement("iframe");
  const address = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; worker-src 'none'; script-src 'nonce-strict' ${location.origin}">
    <script type="module" nonce="strict">
      import { sha256 } from ${address("../support/codecs.ts")};
      // The test server lets every import() go through this.
      globalThis.__vitest_browser_runner__ = { wrapDynamicImport: (load) => ${load} };
      const { browserCodecs } = await import(${address("../../src/codecs/browser.ts")});
      let refused = "nothing";
      try {
        const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
        try { new WebAssembly.Instance(module); } catch { refused = "to instantiate"; }
      } catch { refused = "to compile"; }
      try {
        let warnings = 0;
        const raster = await browserCodecs.decode(new Uint8Array(parent.givenJpeg));
        const labels = await browserCodecs.computeSuperpixels(raster, { onWarning: () => warnings++ });
        const pixels = await sha256(raster.data);
        parent.postMessage({ refused, pixels, labels: await sha256(new Uint8Array(labels.data.buffer)), warnings }, "*");
      } catch (error) {
        parent.postMessage({ refused, pixels: String(error?.message) }, "*");
      }
    </script>`;
  try {
    return await new Promise((resolve) => {
      addEventListener("message", (event) => event.source === frame.contentWindow && resolve(event.data as Answer));
      document.body.append(frame);
    });
  } finally {
    frame.remove();
  }
}

test.each([
  ["a small picture", () => golden("v1-fixtures/slic320x240.jpg")],
  ...(hasRealData ? [["a photo", () => real("images/ISIC_0000160.jpg")] as const] : []),
] as const)("%s", async (_, read) => {
  const jpeg = await read();
  const raster = await browserCodecs.decode(jpeg);
  const labels = await browserCodecs.computeSuperpixels(raster);
  expect(await inStrictFrame(jpeg)).toEqual({
    refused: expect.stringMatching(/^to (compile|instantiate)$/),
    pixels: await sha256(raster.data),
    labels: await sha256(new Uint8Array(labels.data.buffer)),
    warnings: 1,
  });
});

test("a part of the decoder that does not come is no broken picture", async () => {
  const missing = '/turbo/.test(load) ? Promise.reject(new TypeError("Failed to fetch")) : load()';
  const { pixels } = await inStrictFrame(await golden("v1-fixtures/slic320x240.jpg"), missing);
  expect(pixels).toBe("The JPEG decoder could not be loaded: check the connection, or load the page again.");
});
