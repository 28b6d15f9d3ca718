/** Everything of an error that somebody may print: its text, its stack, and all that hangs on it and its causes. */
export function printed(error: unknown): string {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (typeof value === "string") texts.push(value);
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value) || depth > 8)
      return;
    seen.add(value);
    if (value instanceof URLSearchParams || value instanceof URL) texts.push(String(value));
    if (value instanceof Request || value instanceof Response)
      texts.push(value.url, JSON.stringify([...value.headers]));
    for (const key of Reflect.ownKeys(value)) {
      const { value: own } = Reflect.getOwnPropertyDescriptor(value, key) ?? {};
      texts.push(String(key));
      walk(own, depth + 1);
    }
  };
  walk(error, 0);
  return texts.join("\n");
}
