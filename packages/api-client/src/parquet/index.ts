/**
 * The archive's public metadata snapshot, one Parquet file, read by range requests.
 *
 * @module
 */
import { checkOptions } from "../schema/options.ts";
import type { Transport } from "../transport/transport.ts";
import type { Snapshot, SnapshotOptions } from "./snapshot.ts";

export type { MetadataRecord } from "../v2/bulk/metadata-record.ts";
export type { Snapshot, SnapshotOptions, SnapshotRead } from "./snapshot.ts";

/** Where the archive keeps its snapshot. */
export const SNAPSHOT_URL = "https://isic-archive.s3.us-east-1.amazonaws.com/snapshots/ISIC_metadata.parquet";

/**
 * Opens the snapshot: reads its footer, and nothing else yet.
 *
 * @throws ContentError when the file is no Parquet file or lacks `isic_id`.
 */
export async function openSnapshot(api: Transport, options: SnapshotOptions = {}): Promise<Snapshot> {
  checkOptions("openSnapshot", options, ["signal", "url"]);
  const { readSnapshot } = await import("./snapshot.ts");
  return await readSnapshot(api, { ...options, url: options.url ?? SNAPSHOT_URL });
}
