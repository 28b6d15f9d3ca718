/** Node has no IndexedDB: there the suites run on a fake one; in a page on the real one. */
export async function installIndexedDb(): Promise<void> {
  if (typeof indexedDB === "undefined") await import("fake-indexeddb/auto");
}
