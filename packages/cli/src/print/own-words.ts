/** What the library advises of its own arguments, and what that is on a command line. */
const ADVICE: readonly (readonly [library: string, command: string])[] = [
  ["Check the connection and the base URL.", "Check the connection, and --server if it was given."],
  ["check the base URL, and the id.", "check --server if it was given, and the id."],
  ["wait, or lower `concurrency`.", "wait, or give --concurrency 2 where there is that option."],
  [" Try later, or raise the limit.", " Try later."],
  [
    "a page of HTML came where JSON is due. The answer was not used.",
    "a page of HTML came where JSON is due. If --server was given, it may be a web site's address and not the API's.",
  ],
  ["Log in first.", "Log in first: isic user login (for --api v1: --username)."],
  ['install "sharp" to read those in Node.', '"sharp" would read it (npm install sharp, beside isic).'],
];

/** A library's sentence in the words of this command. */
export function inOwnWords(sentence: string): string {
  return ADVICE.reduce((text, [library, command]) => text.replaceAll(library, command), sentence);
}
