/** What is to be done when a signal fires, by signal: each has one listener, however many pictures are under it. */
const actions = new WeakMap<AbortSignal, Set<(reason: unknown) => void>>();

/**
 * Calls `act` when the signal fires. Many pictures may share a signal, and Node takes more than ten listeners for a leak.
 *
 * @returns what ends that
 */
export function onAbort(signal: AbortSignal | undefined, act: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => {};
  let all = actions.get(signal);
  if (all === undefined) {
    all = new Set();
    actions.set(signal, all);
  }
  if (all.size === 0) signal.addEventListener("abort", fire);
  // An own function: the same one may be given twice.
  const own = (reason: unknown): void => act(reason);
  all.add(own);
  return () => {
    all.delete(own);
    if (all.size === 0) signal.removeEventListener("abort", fire);
  };
}

function fire(this: AbortSignal): void {
  for (const act of actions.get(this) ?? []) act(this.reason);
}
