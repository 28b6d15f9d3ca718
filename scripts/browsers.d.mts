export type BrowserName = "chromium" | "firefox" | "webkit";
export const BROWSER_NAMES: readonly BrowserName[];
export function findBrowser(name: BrowserName): string | undefined;
export function existingBrowser(name: BrowserName): string;
export function ensureBrowser(name: BrowserName, say: (line: string) => void): string;
