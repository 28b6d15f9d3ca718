import type { Context, View } from "./context.ts";
import { json } from "./respond.ts";

/** Our own description of the operations that v2 documents, in the form of its `openapi.json`. */
type Schema = { readonly [key: string]: unknown };

const TEXT: Schema = { type: "string" };
const WHOLE: Schema = { type: "integer" };
const FLAG: Schema = { type: "boolean" };
const OBJECT: Schema = { type: "object", additionalProperties: true };
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });
const list = (items: Schema): Schema => ({ type: "array", items });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

function object(properties: { readonly [name: string]: Schema }, optional: readonly string[] = []): Schema {
  return { type: "object", properties, required: Object.keys(properties).filter((name) => !optional.includes(name)) };
}

/** One page of a list. */
function page(item: string): Schema {
  return object({
    results: list(ref(item)),
    count: orNull({ ...WHOLE, description: "Total number; of images only on the first page." }),
    next: orNull({ ...TEXT, description: "Address of the next page." }),
    previous: orNull({ ...TEXT, description: "Address of the page before." }),
  });
}

const IMAGE = {
  isic_id: { ...TEXT, description: "ISIC_ and seven digits." },
  copyright_license: { ...TEXT, enum: ["CC-0", "CC-BY", "CC-BY-NC"] },
  attribution: { ...TEXT, description: "The cohort's default; that of the image itself is in the CSV." },
  files: ref("ImageFilesOut"),
  metadata: { ...OBJECT, description: "`acquisition` and `clinical`; what is unknown is absent; decimals are texts." },
  public: FLAG,
};

const SCHEMAS: { readonly [name: string]: Schema } = {
  FileOut: object({ url: TEXT, size: { ...WHOLE, description: "Bytes, before credits were embedded." } }),
  ImageFilesOut: object({ full: ref("FileOut"), thumbnail_256: ref("FileOut") }),
  ImageOut: object(IMAGE),
  SimilarImageOut: object({ ...IMAGE, distance: { type: "number" } }),
  CollectionOut: object({
    doi: orNull(TEXT),
    doi_url: orNull(TEXT),
    id: WHOLE,
    name: TEXT,
    description: TEXT,
    public: FLAG,
    pinned: FLAG,
    locked: FLAG,
  }),
  LesionOut: object({
    id: TEXT,
    images: list(ref("ImageOut")),
    images_count: WHOLE,
    longitudinally_monitored: FLAG,
    index_image_id: orNull(TEXT),
    outcome_diagnosis: orNull(TEXT),
    outcome_diagnosis_1: orNull(TEXT),
  }),
  UserOut: object({
    created: { ...TEXT, format: "date-time" },
    accepted_terms: orNull({ ...TEXT, format: "date-time" }),
    hash_id: orNull(TEXT),
    full_name: TEXT,
    id: WHOLE,
    email: TEXT,
    first_name: TEXT,
    last_name: TEXT,
  }),
  PagedImageOut: page("ImageOut"),
  PagedCollectionOut: page("CollectionOut"),
  PagedLesionOut: page("LesionOut"),
};

const LIMIT = { ...WHOLE, description: "Rows of a page, at most 100; 0 is 100." };
const PAGING = { limit: LIMIT, cursor: { ...TEXT, description: "From the address of a page." } };

interface Operation {
  readonly path: string;
  readonly summary: string;
  readonly query?: { readonly [name: string]: Schema };
  readonly answer: Schema;
}

const OPERATIONS: readonly Operation[] = [
  { path: "images/", summary: "All images.", query: PAGING, answer: ref("PagedImageOut") },
  {
    path: "images/search/",
    summary: "Images that a search finds.",
    query: {
      query: {
        ...TEXT,
        description: "Search language, such as `sex:male age_approx:[50 TO 60]`; empty for everything.",
      },
      collections: { ...TEXT, description: "Numbers of collections, with commas between them." },
      ...PAGING,
    },
    answer: ref("PagedImageOut"),
  },
  { path: "images/{isic_id}/", summary: "One image.", answer: ref("ImageOut") },
  {
    path: "images/{isic_id}/similar/",
    summary: "Images that look alike, nearest first; needs a login.",
    query: { limit: { ...WHOLE, maximum: 50, default: 10 } },
    answer: list(ref("SimilarImageOut")),
  },
  {
    path: "collections/",
    summary: "All collections.",
    query: { pinned: FLAG, sort: { ...TEXT, enum: ["name", "created"] }, ...PAGING },
    answer: ref("PagedCollectionOut"),
  },
  { path: "collections/{id}/", summary: "One collection.", answer: ref("CollectionOut") },
  { path: "lesions/", summary: "Lesions with all their images.", query: PAGING, answer: ref("PagedLesionOut") },
  { path: "lesions/{id}/", summary: "One lesion.", answer: ref("LesionOut") },
  { path: "users/me/", summary: "Who is logged in.", answer: ref("UserOut") },
];

/** `GET openapi.json`: the nine operations that are documented, and none of the others. */
export function openApi({ state }: Context): Response {
  return json(200, {
    openapi: "3.1.0",
    info: { title: "ISIC Archive", version: "v2", description: "An archive in a box, as its makers describe it." },
    paths: Object.fromEntries(OPERATIONS.map((operation) => [`/api/v2/${operation.path}`, { get: get(operation) }])),
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        SessionAuth: { type: "apiKey", in: "cookie", name: "sessionid" },
        OAuth2AuthBearer: { type: "http", scheme: "bearer" },
      },
    },
    servers: [{ url: state.origin }],
  });
}

function get({ path, summary, query = {}, answer }: Operation): View {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const success = { description: "OK", content: { "application/json": { schema: answer } } };
  return {
    operationId: path
      .replace(/\{(\w+)\}/g, "by_$1")
      .replace(/\W+/g, "_")
      .replace(/_$/, ""),
    summary,
    parameters: [
      ...inPath.map((name) => ({
        in: "path",
        name,
        required: true,
        schema: path.startsWith("collections") ? WHOLE : TEXT,
      })),
      ...Object.entries(query).map(([name, schema]) => ({ in: "query", name, required: false, schema })),
    ],
    responses:
      "query" in query ? { 200: success, 400: { description: "The search cannot be read." } } : { 200: success },
    security: [{ SessionAuth: [] }, { OAuth2AuthBearer: [] }],
  };
}
