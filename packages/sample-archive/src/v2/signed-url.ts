import type { ArchiveState } from "../archive/state.ts";
import { hash } from "../world/random.ts";

const DAY = 86_400;

/** A private file's address: good until a midnight six to seven days ahead, so it stays the same for a day. */
export function signedPath(state: ArchiveState, path: string): string {
  const now = Math.floor(state.now() / 1000);
  const seconds = state.quirks.signedUrlSeconds;
  const expires = seconds === undefined ? Math.floor(now / DAY) * DAY + 7 * DAY : now + seconds;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const inner = `/private/${path.startsWith("/thumbnails") ? "thumbnails" : "images"}/${name}`;
  return `${inner}?Expires=${expires}&Signature=${signature(inner, expires)}&Key-Pair-Id=SAMPLE`;
}

function signature(path: string, expires: number): string {
  return hash(`sample archive/${path}/${expires}`).toString(36);
}

/** Is the address signed by us, and not too old? */
export function signatureHolds(url: URL, state: ArchiveState): boolean {
  const expires = Number(url.searchParams.get("Expires"));
  return expires * 1000 > state.now() && url.searchParams.get("Signature") === signature(url.pathname, expires);
}
