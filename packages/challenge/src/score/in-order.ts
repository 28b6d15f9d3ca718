/**
 * Works on several items at once and gives the results in the items' order; no more than `limit` results wait at a time. After a
 * failure no further item is begun.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const running: Promise<Result>[] = [];
  for (const item of items) {
    const result = work(item);
    // Awaited in its turn; until then its failure is not unheard.
    result.catch(() => {});
    running.push(result);
    if (running.length >= limit) yield (await running.shift()) as Result;
  }
  for (const result of running) yield await result;
}
