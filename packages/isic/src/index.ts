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
export { IsicApi } from "./api.ts";
export {
  type Archive,
  type ArchiveFile,
  archiveOf,
  type FilePart,
  type ImageGroup,
  type ImageMetadata,
  type ImagePage,
  type ImageSelection,
  type SelectedImages,
  type SelectionSize,
  type Terms,
} from "./archive/index.ts";
export {
  type ImageRecord,
  type ImageReference,
  isUnknown,
  type UnknownImage,
  type V1Image,
  type V2Image,
} from "./archive/records.ts";
export { checkContent } from "./codecs/cache-content.ts";
export { type EncodeImageOptions, encodeImage, type ImageFormat, imageFormatOf } from "./codecs/encode.ts";
export { type DecodeGzipJsonOptions, decodeGzipJson, encodeGzipJson } from "./codecs/gzip-json.ts";
export { type DecodeNpzOptions, decodeIndexNpz, encodeIndexNpz, type LabelGrid } from "./codecs/npz.ts";
export type { Codecs, ComputeSuperpixelsOptions, DecodeOptions, ReadLabelsOptions } from "./codecs/types.ts";
export type { ConnectOptions, Secret } from "./connect/options.ts";
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
export {
  ArgumentError,
  EncodeError,
  type ErrorOfTag,
  InvalidContentError,
  type IsicError,
  type IsicErrors,
  isIsicError,
  MissingPasswordError,
  NotFoundError,
  NotLoadedError,
  RenamedFieldError,
  TableError,
  UndecodableImageError,
  UnreadableFormatError,
  UnsupportedByServerError,
} from "./errors.ts";
export type { CollectionReference, LesionReference } from "./groups/collections.ts";
export type { Dataset } from "./groups/dataset.ts";
export { Image, type ImageOrigins, type LoadImageDataOptions, type LoadSuperpixelsOptions } from "./image/image.ts";
export type { ImageInfo } from "./image/info.ts";
export type { Segmentation } from "./image/segmentation.ts";
export { type SuperpixelColorsOptions, superpixelColors } from "./image/superpixel-colors.ts";
export type { ShapeOptions } from "./image/superpixel-shapes.ts";
export { type ComputeOptions, Superpixels } from "./image/superpixels.ts";
export type { CacheImagesOptions, CacheImagesReport } from "./image-index/types.ts";
export type { ImageListOptions, IsicApiOptions, SelectOptions } from "./session/api-options.ts";
export type { CallOptions, LongCallOptions, Origin, Progress } from "./session/calls.ts";
export type { OnWarning } from "./session/context.ts";
export type {
  Agreement,
  AgreementOptions,
  Coefficient,
  FeatureAgreement,
  PairAgreement,
  ReaderProgress,
} from "./studies/agreement/agreement.ts";
export type { Interval } from "./studies/agreement/bootstrap.ts";
export type { OverlapMeasure } from "./studies/agreement/mask-values.ts";
export type {
  OverlapCell,
  OverlapOptions,
  OverlapStats,
  OverlapTables,
} from "./studies/agreement/overlap.ts";
export type { Annotation, DrawOptions, FeatureAreas, OverlapMeasureOptions } from "./studies/annotation.ts";
export type { AnnotationFilter, OneOrMore } from "./studies/filter.ts";
export type { HeatMapLegendOptions, HeatMapOptions, HeatMapStats, StudyHeatMap } from "./studies/heat-map.ts";
export type { HeatMapLook } from "./studies/heat-map-paint.ts";
export type { ListOptions } from "./studies/kept-list.ts";
export type { ManyOptions } from "./studies/load-annotations.ts";
export type { MarkedFeature } from "./studies/marked-feature.ts";
export type { MetaDataOptions, MetaDataSource } from "./studies/meta-data.ts";
export type { Figure, FigureItem } from "./studies/montage/figure.ts";
export type { LegendOptions } from "./studies/montage/legend.ts";
export type { MontageOptions } from "./studies/montage/montage.ts";
export type { CachedImages, Study } from "./studies/study.ts";
export type { CachedSegmentations, CacheSegmentationsOptions, Reference } from "./studies/study-objects.ts";
