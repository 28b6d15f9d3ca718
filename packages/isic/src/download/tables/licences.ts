/** What each licence of the archive is called and where its text lives. */
const LICENCES: Readonly<Record<string, readonly [title: string, address: string, terms: string]>> = {
  "CC-0": [
    "CC0 1.0 Universal (Public Domain Dedication)",
    "https://creativecommons.org/publicdomain/zero/1.0/legalcode",
    "The rights holders have waived their rights: no permission is needed and nobody has to be named, though science names its sources.",
  ],
  "CC-BY": [
    "Creative Commons Attribution 4.0 International",
    "https://creativecommons.org/licenses/by/4.0/legalcode",
    "Use and change the images for any purpose; name those whom attribution.txt names, link the licence, and say what you changed.",
  ],
  "CC-BY-NC": [
    "Creative Commons Attribution-NonCommercial 4.0 International",
    "https://creativecommons.org/licenses/by-nc/4.0/legalcode",
    "Use and change the images for purposes that are not commercial; name those whom attribution.txt names, link the licence, and say what you changed.",
  ],
};

/** The page for a licence whose full text the server did not give: its name, its address, its terms in one sentence. */
export function licencePage(licence: string): string {
  const known = Object.hasOwn(LICENCES, licence) ? LICENCES[licence] : undefined;
  if (known === undefined) {
    return `${licence}\n\nThis is the licence as the archive names it; its text is to be had from the archive.\n`;
  }
  const [title, address, terms] = known;
  return `${title}\n\nThe text that counts: ${address}\n\nIn short: ${terms}\n`;
}

/** Attributions, most frequent first, the anonymous ones last, one paragraph each. */
export function attributionText(counts: ReadonlyMap<string, number>): string {
  const anonymous = (text: string): number => (text.toLowerCase() === "anonymous" ? 1 : 0);
  const sorted = [...counts].sort(
    ([a, countA], [b, countB]) => anonymous(a) - anonymous(b) || countB - countA || (a < b ? -1 : 1),
  );
  return sorted.map(([text]) => `${text}\n`).join("\n");
}
