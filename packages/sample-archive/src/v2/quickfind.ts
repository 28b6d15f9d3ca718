import { shortQuery } from "./collections.ts";
import type { Context } from "./context.ts";
import { json } from "./respond.ts";
import { visibleCollections, visibleImages } from "./visible.ts";

/** `GET quickfind/`: up to five of each kind; part of "isic_" finds no images. */
export function quickfind(context: Context): Response {
  const { state, user, url } = context;
  const query = shortQuery(url);
  const images = "isic_".includes(query)
    ? []
    : visibleImages(state, user).filter((image) => image.name.toLowerCase().includes(query));
  const collections = visibleCollections(state, user).filter((c) => c.name.toLowerCase().includes(query));
  const studies = state.studies.filter((study) => study.public && study.name.toLowerCase().includes(query));
  const entry = (title: string, icon: string, path: string, result_type: string) => ({
    title,
    subtitle: "",
    icon,
    url: path,
    yours: false,
    result_type,
  });
  return json(200, [
    ...images.slice(0, 5).map(({ name }) => entry(name, "ri-image-line", `/images/${name}/`, "image")),
    ...collections.slice(0, 5).map(({ id, name }) => entry(name, "ri-stack-line", `/collections/${id}/`, "collection")),
    ...studies.slice(0, 5).map((study) => {
      return entry(study.name, "ri-draft-line", `/studies/${state.studies.indexOf(study) + 1}/`, "study");
    }),
  ]);
}

/** `GET stats/`. */
export function stats({ state }: Context): Response {
  const readers = new Set(state.annotations.map((annotation) => annotation.userId));
  return json(200, {
    image: {
      images_count: state.images.length,
      public_images_count: visibleImages(state, undefined).length,
      annotated_images_count: new Set(state.annotations.map((annotation) => annotation.imageId)).size,
    },
    collection: {
      collections_count: state.collections.length,
      public_collections_count: visibleCollections(state, undefined).length,
    },
    doi: { dois_count: state.collections.filter((collection) => collection.doi !== null).length },
    study: {
      studies_count: state.studies.length,
      public_studies_count: state.studies.filter((study) => study.public).length,
      study_annotations_count: state.annotations.length,
    },
    user: {
      users_count: state.source.users.length,
      uploading_users_count: 1,
      annotating_users_count: readers.size,
    },
    engagement: { "30_day_sessions_count": 0 },
  });
}
