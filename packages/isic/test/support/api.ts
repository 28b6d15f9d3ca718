import type { ConnectOptions, IsicApi } from "../../src/index.ts";
import { inBrowser } from "./codecs.ts";

/** An api with the codecs of the platform that the test runs on. */
export async function platformApi(options: ConnectOptions): Promise<IsicApi> {
  if (inBrowser) return (await import("../../src/browser.ts")).IsicApi.connect(options);
  return (await import("../../src/node.ts")).IsicApi.connect(options);
}
