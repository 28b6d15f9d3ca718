import type { RecipeLicences } from "../recipe/recipe.ts";

/**
 * A licence by its SPDX name: `CC-0`, `CC0` and `cc0-1.0` are `CC0-1.0`, `CC-BY-NC` is `CC-BY-NC-4.0` (the archive's
 * are of version 4.0). Nothing for what is no Creative Commons licence.
 */
export function normalLicence(licence: string): string | undefined {
  const text = licence
    .trim()
    .toUpperCase()
    .replaceAll(/[\s_]+/g, "-");
  if (/^CC-?0(-1(\.0)?)?$/.test(text)) return "CC0-1.0";
  const match = /^CC-BY((?:-(?:NC|SA|ND))*)(?:-(\d(?:\.\d)?))?$/.exec(text);
  if (match === null) return undefined;
  const version = match[2] ?? "4.0";
  return `CC-BY${match[1]}-${version.includes(".") ? version : `${version}.0`}`;
}

/** May images under this licence be in the set? Where nothing is asked for, all may; what has none may only then. */
export function licenceTest({ allow, commercial }: RecipeLicences = {}): (licence: string | undefined) => boolean {
  const allowed = allow === undefined ? undefined : new Set(allow.map(normalLicence));
  const known = new Map<string, boolean>();
  return (licence) => {
    if (licence === undefined) return allowed === undefined && commercial !== true;
    let may = known.get(licence);
    if (may === undefined) {
      const name = normalLicence(licence);
      may =
        (allowed === undefined || (name !== undefined && allowed.has(name))) &&
        (commercial !== true || (name !== undefined && !/-NC/.test(name)));
      known.set(licence, may);
    }
    return may;
  };
}
