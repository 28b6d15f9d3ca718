import type { DatasetRecord, ImageRecord, UserRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { isIn, isStudyAdmin, reportedLevel } from "./access.ts";

type Asker = UserRecord | undefined;
/** A record in the words of an API. */
export type View = { readonly [key: string]: unknown };

/** Names are hidden from everybody but oneself, study administrators and site administrators. */
export function userSummary(user: UserRecord | undefined, id: string, asker: Asker, name = "User AAAA"): View {
  if (user === undefined) return { _id: id, name };
  const open = asker?.id === user.id || isStudyAdmin(asker);
  return {
    _id: user.id,
    name: `User ${user.code}`,
    ...(open ? { login: user.login, firstName: user.firstName, lastName: user.lastName } : undefined),
  };
}

export function userDetail(user: UserRecord, asker: Asker, permissions: boolean): View {
  const { id, login, firstName, lastName, created } = user;
  const base = { _id: id, _modelType: "user", admin: user.admin, created, firstName, lastName, login, public: false };
  if (asker?.id !== id && asker?.admin !== true) return { ...base, _accessLevel: 0 };
  return {
    ...base,
    _accessLevel: 2,
    email: user.email,
    emailVerified: false,
    groupInvites: [],
    groups: [],
    otp: false,
    size: 0,
    status: "enabled",
    ...(permissions
      ? {
          permissions: {
            acceptTerms: false,
            adminStudy: isStudyAdmin(user),
            createDataset: user.admin || isIn(user, "Dataset Contributors"),
            reviewDataset: user.admin || isIn(user, "Dataset QC Reviewers"),
            segmentationSkill: isIn(user, "Segmentation Experts")
              ? "expert"
              : isIn(user, "Segmentation Novices")
                ? "novice"
                : null,
          },
        }
      : undefined),
  };
}

export function datasetSummary(dataset: DatasetRecord, asker: Asker): View {
  const { id, description, license, name, updated } = dataset;
  return { _accessLevel: reportedLevel(asker, dataset), _id: id, description, license, name, updated };
}

export function datasetDetail(state: ArchiveState, dataset: DatasetRecord, asker: Asker): View {
  const count = state.images.filter((image) => image.datasetId === dataset.id && image.reviewed !== null).length;
  return {
    ...datasetSummary(dataset, asker),
    _modelType: "dataset",
    attribution: dataset.attribution,
    count,
    created: dataset.created,
    creator: userSummary(state.user(dataset.creatorId), dataset.creatorId, asker),
    ...(reportedLevel(asker, dataset) >= 1
      ? {
          owner: dataset.owner,
          metadataFiles: (state.metadataFiles.get(dataset.id) ?? []).map(({ id, userId, time }) => ({
            fileId: id,
            userId,
            time,
          })),
        }
      : undefined),
  };
}

export function imageSummary(image: ImageRecord): View {
  return { _id: image.id, name: image.name, updated: image.updated };
}

export function imageDetail(state: ArchiveState, image: ImageRecord, asker: Asker): View {
  const { acquisition, clinical, unstructured } = image;
  const dataset = state.datasetOf(image);
  const inside = asker?.admin === true || isIn(asker, "Dataset QC Reviewers");
  const late = state.quirks.v1Release === "2022-04";
  return {
    ...imageSummary(image),
    _modelType: "image",
    created: image.created,
    creator: userSummary(state.user(image.creatorId), image.creatorId, asker, image.creatorName),
    dataset: datasetSummary(dataset, asker),
    meta: {
      acquisition,
      clinical,
      // since December 2019: for reviewers only, and a list of one by a stray comma
      ...(!late ? { unstructured, unstructuredExif: {} } : undefined),
      ...(late && inside ? { unstructured: [unstructured], unstructuredExif: {} } : undefined),
      ...(inside ? { private: image.privateMeta } : undefined),
    },
    notes: { reviewed: image.reviewed, tags: image.tags },
  };
}
