/** The version of this package, which a test compares with its package.json. */
const VERSION = "0.0.0";

/** Pages cannot set it, and some browsers would ask the server's leave first. */
export function userAgent(): { readonly "user-agent"?: string } {
  const { process } = globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } };
  return process?.versions?.node === undefined ? {} : { "user-agent": `isic-ts/${VERSION}` };
}
