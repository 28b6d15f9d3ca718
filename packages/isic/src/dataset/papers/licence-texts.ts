const NAMES: Readonly<Record<string, string>> = { NC: "NonCommercial", SA: "ShareAlike", ND: "NoDerivatives" };

/** Where the text of a Creative Commons licence is, by its SPDX name. */
export function licenceAddress(spdx: string): string | undefined {
  if (spdx === "CC0-1.0") return "https://creativecommons.org/publicdomain/zero/1.0/legalcode";
  const match = /^CC-(BY(?:-(?:NC|SA|ND))*)-(\d\.\d)$/.exec(spdx);
  return match === null
    ? undefined
    : `https://creativecommons.org/licenses/${match[1]?.toLowerCase()}/${match[2]}/legalcode`;
}

/** A page for a licence whose full text the server did not give: its name, its address, its terms in one sentence. */
export function licencePage(spdx: string): string {
  if (spdx === "unknown") return "The archive names no licence for these images: ask it before you use them.\n";
  const address = licenceAddress(spdx);
  if (address === undefined)
    return `${spdx}\n\nThe licence as the archive names it; its text is to be had from the archive.\n`;
  if (spdx === "CC0-1.0") {
    return `CC0 1.0 Universal (CC0-1.0)\n\nThe text that counts: ${address}\n\nIn short: the rights holders have waived their rights. Nobody has to be named, though science names its sources.\n`;
  }
  const terms = spdx.split("-").flatMap((word) => (NAMES[word] === undefined ? [] : [NAMES[word]]));
  const title = `Creative Commons Attribution${terms.map((word) => `-${word}`).join("")} ${spdx.slice(-3)} International (${spdx})`;
  const bounds = [
    ...(terms.includes("NonCommercial") ? ["not for commercial purposes"] : []),
    ...(terms.includes("NoDerivatives") ? ["changed images may not be shared"] : []),
    ...(terms.includes("ShareAlike") ? ["changed images only under this licence"] : []),
  ];
  return `${title}\n\nThe text that counts: ${address}\n\nIn short: name those whom attribution.txt names, link the licence, and say what was changed${bounds.map((each) => `; ${each}`).join("")}.\n`;
}
