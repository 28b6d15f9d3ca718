import type { CollectionRecord, ImageRecord, UserRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";

/** Images that everybody sees. */
export function isPublic(state: ArchiveState, image: ImageRecord): boolean {
  return image.reviewed?.accepted === true && state.datasetOf(image).public && !state.withdrawn.has(image.name);
}

export function maySee(state: ArchiveState, image: ImageRecord, user: UserRecord | undefined): boolean {
  return isPublic(state, image) || user?.admin === true || (user !== undefined && user.id === image.creatorId);
}

/** All images that the asker sees, in order of publication; the public's list is kept while nothing changes. */
export function visibleImages(state: ArchiveState, user: UserRecord | undefined): readonly ImageRecord[] {
  if (user === undefined)
    return state.cached("public images", () => inOrder(state.images.filter((i) => isPublic(state, i))));
  return inOrder(state.images.filter((image) => maySee(state, image, user)));
}

function inOrder(images: readonly ImageRecord[]): readonly ImageRecord[] {
  return [...images].sort((a, b) => a.published - b.published);
}

/** Collections that the asker sees. */
export function visibleCollections(state: ArchiveState, user: UserRecord | undefined): readonly CollectionRecord[] {
  return state.collections.filter((c) => c.public || user?.admin === true || c.creatorId === user?.id);
}
