/** Runs one command line; resolves to its exit code. */
export async function main(_words: readonly string[]): Promise<number> {
  return 0;
}
