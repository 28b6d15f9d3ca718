import type { DatasetRecord, ImageRecord, JsonObject } from "../archive/source.ts";
import { personId } from "../world/people.ts";
import { FolderError } from "./errors.ts";

/** An image as v1 sends it, which is how the folder keeps it. */
export interface V1Image {
  readonly _id: string;
  readonly name: string;
  readonly created: string;
  readonly updated: string;
  readonly creator: { readonly _id: string; readonly name: string };
  readonly dataset: {
    readonly _id: string;
    readonly name: string;
    readonly description: string;
    readonly license: DatasetRecord["license"];
    readonly updated: string;
  };
  readonly meta: {
    readonly acquisition: JsonObject;
    readonly clinical: JsonObject;
    readonly unstructured?: JsonObject;
  };
  readonly notes: { readonly reviewed: ImageRecord["reviewed"]; readonly tags: readonly string[] };
}

/** @throws FolderError when the record's name is none that v2 could show */
export function toImage(dir: string, record: V1Image): ImageRecord {
  const { _id, name, created, updated, creator, dataset, meta, notes } = record;
  if (!/^ISIC_\d{7}$/.test(name)) {
    throw new FolderError(dir, `record ${_id}: ${JSON.stringify(name)} is no image name (ISIC_ and seven digits).`);
  }
  return {
    id: _id,
    name,
    created,
    updated,
    published: Date.parse(created),
    creatorId: creator._id,
    creatorName: creator.name,
    datasetId: dataset._id,
    acquisition: meta.acquisition,
    clinical: meta.clinical,
    unstructured: meta.unstructured ?? {},
    tags: notes.tags,
    reviewed: notes.reviewed,
    privateMeta: {},
    mimeType: "image/jpeg",
  };
}

/** The datasets that the records name. */
export function datasetsOf(records: readonly V1Image[]): readonly DatasetRecord[] {
  const byId = new Map(records.map(({ dataset }) => [dataset._id, dataset]));
  return [...byId.values()].map(({ _id, name, description, license, updated }) => ({
    id: _id,
    folderId: _id.replace(/^./, "f"),
    reviewFolderId: _id.replace(/^./, "e"),
    name,
    description,
    license,
    attribution: "Anonymous",
    owner: "",
    created: updated,
    updated,
    creatorId: personId("creator"),
    public: true,
  }));
}
