/** What the archive puts beside its files: which licence, and where its text stands. */
export const LICENCES: { readonly [name: string]: string } = {
  "CC-0": "CC0 1.0 Universal\n\nhttps://creativecommons.org/publicdomain/zero/1.0/legalcode\n",
  "CC-BY": "Creative Commons Attribution 4.0 International\n\nhttps://creativecommons.org/licenses/by/4.0/legalcode\n",
  "CC-BY-NC":
    "Creative Commons Attribution-NonCommercial 4.0 International\n\nhttps://creativecommons.org/licenses/by-nc/4.0/legalcode\n",
};
