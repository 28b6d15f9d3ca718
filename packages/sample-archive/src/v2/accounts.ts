import { isoZ } from "../world/time.ts";
import { type Context, requireStaff, requireUser, type View } from "./context.ts";
import { paginate } from "./paging.ts";
import { json, notFound, ServerError } from "./respond.ts";

/** `GET users/me/`: the only place that says a token is no good. */
export function me(context: Context): Response {
  const user = requireUser(context);
  return json(200, {
    created: isoZ(Date.parse(user.created)),
    accepted_terms: null,
    hash_id: `${user.code}U`,
    full_name: `${user.firstName} ${user.lastName}`,
    id: numberOf(context, user.id),
    email: user.email,
    first_name: user.firstName,
    last_name: user.lastName,
  });
}

/** `PUT users/accept-terms/`. */
export function acceptTerms(context: Context): Response {
  requireUser(context);
  return json(200, {});
}

/** v2 numbers people from 1. */
function numberOf({ state }: Pick<Context, "state">, userId: string): number {
  return state.source.users.findIndex((user) => user.id === userId) + 1;
}

/** `GET cohorts/` and `cohorts/{id}/`: one's own datasets. */
export function cohorts(context: Context): Response {
  return ownList(context, cohortViews(context));
}

function cohortViews(context: Context): readonly View[] {
  const user = requireUser(context);
  const { state } = context;
  return state.datasets
    .map((dataset, i) => ({ dataset, id: i + 1 }))
    .filter(({ dataset }) => user.admin || dataset.creatorId === user.id)
    .map(({ dataset, id }) => ({
      accession_count: state.images.filter((image) => image.datasetId === dataset.id).length,
      id,
      created: isoZ(Date.parse(dataset.created)),
      creator: numberOf(context, dataset.creatorId),
      contributor: 1,
      name: dataset.name,
      description: dataset.description,
      default_copyright_license: dataset.license,
      default_attribution: dataset.attribution,
    }));
}

/** `GET contributors/` and `contributors/{id}/`. */
export function contributors(context: Context): Response {
  const own = cohortViews(context);
  if (own.length === 0) return ownList(context, []);
  const creator = own[0]!.creator;
  const contributor = {
    id: 1,
    created: isoZ(Date.parse(context.state.datasets[0]!.created)),
    creator,
    owners: [creator],
    institution_name: "The Sample Archive",
    institution_url: "https://archive.sample.invalid",
    legal_contact_info: "Nobody, Nowhere",
    default_copyright_license: "CC-0",
    default_attribution: "The Sample Archive",
    cohorts: own.map(({ id, name, accession_count }) => ({ id, name, accession_count })),
    cohort_count: own.length,
    accession_count: own.reduce((sum, cohort) => sum + Number(cohort.accession_count), 0),
  };
  return ownList(context, [contributor]);
}

/** `GET annotations/`, `studies/`, `study-tasks/`: staff only; anybody else is "Unauthorized". */
export function staffAnnotations(context: Context): Response {
  requireStaff(context);
  return ownList(
    context,
    context.state.annotations.map((annotation, i) => ({
      id: i + 1,
      study: studyNumber(context, annotation.studyId),
      image: context.state.images.findIndex((image) => image.id === annotation.imageId) + 1,
      task: i + 1,
      annotator: numberOf(context, annotation.userId),
    })),
  );
}

export function staffTasks(context: Context): Response {
  requireStaff(context);
  return ownList(
    context,
    context.state.annotations.map((annotation, i) => ({
      complete: annotation.state === "complete",
      id: i + 1,
      study: studyNumber(context, annotation.studyId),
      image: context.state.images.findIndex((image) => image.id === annotation.imageId) + 1,
      annotator: numberOf(context, annotation.userId),
    })),
  );
}

export function staffStudies(context: Context): Response {
  requireStaff(context);
  // the real server falls over the choices of questions
  if (context.state.studies.some(({ questions }) => questions.length > 0)) throw new ServerError("choices");
  return ownList(
    context,
    context.state.studies.map((study, i) => ({
      features: study.features.map((name, n) => ({
        id: n + 1,
        required: false,
        name: name.split(" : "),
        official: true,
      })),
      questions: [],
      id: i + 1,
      created: isoZ(Date.parse(study.created)),
      creator: numberOf(context, study.creatorId),
      name: study.name,
      description: study.description,
    })),
  );
}

function studyNumber({ state }: Context, id: string): number {
  return state.studies.findIndex((study) => study.id === id) + 1;
}

/** The list, newest (highest number) first; or the one that the path names. */
function ownList({ url, state, path }: Context, views: readonly View[]): Response {
  if (path.length === 2) {
    const found = views.find((view) => String(view.id) === path[1]);
    if (found === undefined) throw notFound();
    return json(200, found);
  }
  return json(
    200,
    paginate(new URL(url.pathname + url.search, state.origin), {
      items: [...views].reverse(),
      key: (view) => String(view.id).padStart(9, "0"),
      compare: (a, b) => (a < b ? 1 : a > b ? -1 : 0),
      count: views.length,
    }),
  );
}
