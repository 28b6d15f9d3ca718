/**
 * Runs `work` over the items, at most `concurrency` at a time; the iterable is only read as fast as the work goes, one
 * item at a time. The first error stops the reading, waits for what is under way, and is thrown.
 */
export async function pool<T>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const failures: unknown[] = [];
  let turn: Promise<unknown> = Promise.resolve();
  /** Not every iterator may be asked again before it has answered. */
  const take = (): Promise<IteratorResult<T, unknown>> => {
    const next = turn.then(() => iterator.next());
    turn = next.catch(() => undefined);
    return next;
  };
  const worker = async (): Promise<void> => {
    try {
      while (failures.length === 0) {
        const { done, value } = await take();
        if (done === true) return;
        await work(value);
      }
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (failures.length === 0) return;
  await iterator.return?.();
  throw failures[0];
}
