// columns/: records turned on their side, for selections and facets of a million of them.

export { fieldsOf } from "../criteria/paths.ts";
export {
  appendRecords,
  buildIndex,
  type Codes,
  type Column,
  type ColumnIndex,
  type IndexOptions,
  replaceRecord,
} from "./build.ts";
export { indexFromBytes, indexToBytes } from "./bytes.ts";
export { type Bar, type Facet, type FacetOptions, facets } from "./facets.ts";
export { selectRows } from "./select.ts";
export { difference, intersection, isSelected, rowsOf, type Selection, union } from "./selection.ts";
