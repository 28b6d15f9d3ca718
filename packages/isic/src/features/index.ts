/**
 * The archive's master list of dermoscopic structures: names, synonyms, abbreviations, colours. An entry of its own,
 * so that a page that only shows images does not load the list.
 *
 * @module
 */
export { featureColor } from "./color.ts";
export { featureFilePart, featureSynonyms, type MasterFeature, masterFeatures } from "./master-features.ts";
