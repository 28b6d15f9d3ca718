import type { ArchiveState } from "../archive/state.ts";
import { csvRows } from "./metadata-csv.ts";
import { html, pageNotFound, text } from "./respond.ts";
import { isPublic, visibleCollections, visibleImages } from "./visible.ts";

/** The few pages of the web site that programs use: collection tables, answers of public studies, and old image ids. */
export function site(request: Request, url: URL, state: ArchiveState): Response | undefined {
  const answer = page(url, state);
  if (answer !== undefined && request.headers.has("origin")) answer.headers.set("Access-Control-Allow-Origin", "*");
  return answer;
}

function page(url: URL, state: ArchiveState): Response | undefined {
  const table = /^\/collections\/(\d+)\/metadata\/$/.exec(url.pathname);
  if (table !== null) return collectionTable(Number(table[1]), state);
  const responses = /^\/studies\/(\d+)\/download-responses\/$/.exec(url.pathname);
  if (responses !== null) return studyResponses(Number(responses[1]), state);
  const image = /^\/images\/([^/]+)\/$/.exec(url.pathname);
  return image === null ? undefined : imagePage(image[1]!, state);
}

/** `/collections/{id}/metadata/`: the table of a public collection; for a private one, the way to the login. */
function collectionTable(id: number, state: ArchiveState): Response {
  const collection = state.collections.find((candidate) => candidate.id === id);
  if (collection === undefined) return pageNotFound();
  if (!visibleCollections(state, undefined).includes(collection)) {
    const next = encodeURIComponent(`/collections/${id}/metadata/`);
    return text(302, "", "text/html; charset=utf-8", { Location: `/accounts/login/?next=${next}` });
  }
  const images = visibleImages(state, undefined).filter((image) => collection.has(image));
  return text(200, [...csvRows(state, images)].join(""), "text/csv", {
    "Content-Disposition": `attachment; filename="${collection.name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}_metadata.csv"`,
  });
}

/** `/studies/{id}/download-responses/`: the answers of a public study. */
function studyResponses(number: number, state: ArchiveState): Response {
  const study = state.studies[number - 1];
  if (study === undefined || !study.public) return pageNotFound();
  const rows = state.annotations
    .filter((annotation) => annotation.studyId === study.id && annotation.state === "complete")
    .flatMap((annotation) =>
      Object.entries(annotation.responses ?? {}).map(([question, answer]) => {
        const seconds = (Date.parse(annotation.stopTime!) - Date.parse(annotation.startTime!)) / 1000;
        const image = state.imageById.get(annotation.imageId)!.name;
        const annotator = `${state.user(annotation.userId)?.code ?? ""}U`;
        return [image, annotator, String(seconds), question, "select", answer].join(",");
      }),
    );
  const header = "image,annotator,annotation_duration,question,question_type,answer";
  return text(200, `${[header, ...rows].join("\r\n")}\r\n`, "text/csv");
}

/** `/images/{old id or number}/` leads to `/images/ISIC_.../`: the only way from v1's ids to v2's. */
function imagePage(key: string, state: ArchiveState): Response {
  const image = state.imageByName.get(key) ?? state.imageById.get(key) ?? state.images[Number(key) - 1];
  if (image === undefined || !isPublic(state, image)) return pageNotFound();
  if (image.name === key) return html(200, image.name, "An image of the sample archive.");
  return text(301, "", "text/html; charset=utf-8", { Location: `/images/${image.name}/`, Vary: "origin" });
}
