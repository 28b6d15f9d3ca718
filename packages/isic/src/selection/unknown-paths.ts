import { nearMatches } from "./near.ts";

export function unknownPathWarnings(unknown: readonly string[], known: readonly string[]): string[] {
  return unknown.map((path) => {
    const near = nearMatches(path, known);
    const hint = near.length === 0 ? "" : ` Did you mean ${near.map((name) => JSON.stringify(name)).join(" or ")}?`;
    return `No image here has the field ${JSON.stringify(path)}.${hint}`;
  });
}
