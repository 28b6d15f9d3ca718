import { CC_BY } from "./cc-by.ts";
import { CC_BY_NC } from "./cc-by-nc.ts";
import { CC0 } from "./cc0.ts";

/** Whole texts of the licences that the archive's images have, by the archive's names for them. */
export const LICENCES: { readonly [name: string]: string } = { "CC-0": CC0, "CC-BY": CC_BY, "CC-BY-NC": CC_BY_NC };
