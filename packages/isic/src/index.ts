/**
 * The ISIC Archive as one object, given a client; `isic/node` and `isic/browser` bring their platform's defaults.
 *
 * @module
 */
export {
  type Color,
  type DenseMap,
  type LabelImage,
  type Paint,
  pixelCount,
  pixelsOf,
  type Raster,
  type SuperpixelMap,
  toDense,
} from "@isic/core-wasm";
export { type Criteria, type Criterion, createPredicate, getPath, selectFrom } from "@isic/select";
export type { Annotation, DrawOptions, FeatureAreas, MarkedFeature } from "./annotation.ts";
export { IsicApi } from "./api.ts";
export type { ImageListOptions, IsicApiOptions, SelectOptions } from "./api-options.ts";
export type { Codecs, DecodeOptions } from "./codecs/types.ts";
export type { ConnectOptions, Secret } from "./connect.ts";
export type { OnWarning } from "./context.ts";
export {
  type Cell,
  type Columns,
  type ReadCsvOptions,
  readCsv,
  readCsvColumns,
  type TableContent,
  type WriteCsvOptions,
  writeCsv,
} from "./csv/index.ts";
export type { Dataset } from "./dataset.ts";
export { type EncodeImageOptions, encodeImage, type ImageFormat, imageFormatOf } from "./encode-image.ts";
export {
  ArgumentError,
  type ErrorOfTag,
  type IsicError,
  type IsicErrors,
  isIsicError,
  MissingPasswordError,
  NotFoundError,
  NotLoadedError,
  RenamedFieldError,
  TableError,
  UndecodableImageError,
  UnsupportedByServerError,
} from "./errors.ts";
export { Image, type ImageOrigins, type LoadImageDataOptions, type LoadSuperpixelsOptions } from "./image.ts";
export type { CacheImagesOptions, CacheImagesReport } from "./image-index/types.ts";
export type { ImageInfo } from "./meta-info.ts";
export type { CallOptions, LongCallOptions, Origin, Progress } from "./origin.ts";
export type { ImageRecord, ImageReference, V1Image, V2Image } from "./records.ts";
export type { Segmentation } from "./segmentation.ts";
export type { CachedImages, ManyOptions, Study } from "./study.ts";
export type { AnnotationFilter, OneOrMore } from "./study-filter.ts";
export type { DrawHeatMapOptions, HeatMapOfOptions, StudyHeatMap } from "./study-heat-map.ts";
export { type ComputeOptions, Superpixels } from "./superpixels.ts";
export type { Reference } from "./v1-objects.ts";
export type { CollectionReference, LesionReference } from "./v2-objects.ts";
