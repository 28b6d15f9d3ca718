import { isPlainPath } from "./path.ts";
import { type Dict, isDict } from "./python.ts";

/** Every path that leads to a value in some record, in order of appearance. Lists count as values. */
export function fieldsOf(records: Iterable<unknown>): string[] {
  const found: Branch[] = [];
  const walk = (value: Dict, { path, keys }: Branch, depth: number): void => {
    for (const key of Object.keys(value)) {
      const item = value[key];
      const branch = keys.get(key) ?? { path: depth === 0 ? key : `${path}.${key}`, keys: new Map(), isField: false };
      keys.set(key, branch);
      if (isDict(item)) {
        if (depth < DEEPEST) walk(item, branch, depth + 1);
      } else if (item != null && typeof item !== "function" && !branch.isField) {
        branch.isField = true;
        found.push(branch);
      }
    }
  };
  const root: Branch = { path: "", keys: new Map(), isField: false };
  for (const record of records) if (isDict(record)) walk(record, root, 0);
  return found.map((branch) => branch.path).filter(isPlainPath);
}

/** What was seen at one path, and below it. */
interface Branch {
  readonly path: string;
  readonly keys: Map<string, Branch>;
  isField: boolean;
}

const DEEPEST = 16;
