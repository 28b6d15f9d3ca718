/** What is needed of the Parquet reader, which is large: loaded when a snapshot is opened. */
export { parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";
