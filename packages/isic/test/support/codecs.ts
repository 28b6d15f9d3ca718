import type { Codecs } from "../../src/codecs/types.ts";

export const inBrowser: boolean = typeof document !== "undefined";

/** The codecs of the platform that the test runs on. */
export async function platformCodecs(): Promise<Codecs> {
  if (inBrowser) return (await import("../../src/codecs/browser.ts")).browserCodecs;
  return (await import("../../src/codecs/node.ts")).nodeCodecs;
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
