import { printable } from "./table.ts";

/** A record as lines of `path  value`, empty values left out. */
export function recordLines(record: object): string {
  const leaves = [...leavesOf(record, "")];
  const width = Math.max(0, ...leaves.map(([path]) => path.length));
  return leaves.map(([path, value]) => `${printable(path).padEnd(width)}  ${printable(value)}`).join("\n");
}

function* leavesOf(value: unknown, path: string): Generator<[string, string]> {
  if (value === null || value === undefined || value === "") return;
  if (typeof value !== "object") yield [path, String(value)];
  else if (Array.isArray(value) && value.every((item) => typeof item !== "object")) yield [path, value.join(", ")];
  else for (const [key, each] of Object.entries(value)) yield* leavesOf(each, path === "" ? key : `${path}.${key}`);
}
